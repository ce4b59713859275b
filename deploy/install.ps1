<#
Installs gcli2api-tui for you alone, on Windows: powershell -ExecutionPolicy Bypass -File deploy\install.ps1
Run it again to upgrade; running it twice does no harm. No administrator is needed.

  install.ps1 [-Service]            install or upgrade; -Service: started at every logon, by a scheduled task
  install.ps1 start|stop|restart|status
  install.ps1 -Uninstall [-Purge]   settings and credentials stay, unless -Purge

GCLI2API_SOURCE (an environment variable) says where the program comes from: a name on the package index, the address of
an archive, the path of a wheel, or the folder of a checkout. Unset: the checkout that this script lies in, else where it
came from the last time. GCLI2API_SHA256 is the hash of the wheel at that address. PYTHON names the Python to take.

The program goes into an environment of its own, made whole before the command is put in place: one that fails, or is
interrupted, leaves the last one working. For Windows PowerShell 5.1 and later; ASCII only, since 5.1 reads no UTF-8.
#>
param(
    [Parameter(Position = 0)][ValidateSet('install', 'start', 'stop', 'restart', 'status')][string]$Word = 'install',
    [switch]$Service,
    [switch]$Uninstall,
    [switch]$Purge
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$Name = 'gcli2api-tui'
# Not below AppData: what the Python of the Microsoft Store writes there, Windows puts elsewhere.
$App = Join-Path $HOME ".local\share\$Name"
$Bin = Join-Path $HOME '.local\bin'
$Command = Join-Path $Bin "$Name.exe"
$Shortcut = Join-Path ([Environment]::GetFolderPath('Programs')) "$Name.lnk"
$Script = $PSCommandPath # empty where it was read from a pipe
# The hash of this release's wheel; the release script writes it between the quotes.
$ReleaseHash = ''
$Hash = if ($env:GCLI2API_SHA256) { $env:GCLI2API_SHA256 } else { $ReleaseHash }

function Main {
    if ($Purge -and -not $Uninstall) { Stop-Here '-Purge belongs to -Uninstall.' }
    if ($Uninstall) { Uninstall-Program }
    elseif ($Word -eq 'install') { Install-Program }
    elseif (-not (Test-Path $Command)) { Stop-Here 'It is not installed for you: run install.ps1 without words first.' }
    else { Invoke-Word }
}

function Stop-Here([string]$Why) {
    if (-not $Script) { throw "${Name}: $Why" } # read from a pipe, an exit would close the window
    [Console]::Error.WriteLine("${Name}: $Why")
    exit 1
}

# --- install ----------------------------------------------------------------------------------------------------------

function Install-Program {
    $source = Find-Source
    $python = Find-Python
    New-Item -ItemType Directory -Force -Path $App, $Bin | Out-Null
    $previous = Get-Content (Join-Path $App 'current') -ErrorAction SilentlyContinue
    $new = Join-Path $App ('env-' + [IO.Path]::GetRandomFileName().Substring(0, 8))
    $whole = $false
    try {
        $whole = Build-Environment $new $python $source
    }
    finally {
        if (-not $whole) { Remove-Tree $new }
    }
    if (-not $whole) { Stop-Here 'The installation failed (see above). What was installed before is unchanged.' }
    Set-Command $new
    Set-Content -Encoding ASCII -Path (Join-Path $App 'current') -Value (Split-Path -Leaf $new)
    [IO.File]::WriteAllText((Join-Path $App 'source'), "$source`n")
    $kept = Join-Path $App 'install.ps1'
    if ($Script -and $Script -ne $kept) { Copy-Item -Force $Script $kept }
    # The one before stays until the next time: a server may run from it.
    $stay = @((Split-Path -Leaf $new), $previous)
    Get-ChildItem $App -Directory -Filter 'env-*' | Where-Object { $_.Name -notin $stay } |
        ForEach-Object { Remove-Tree $_.FullName }
    Add-ToPath
    Add-Shortcut
    if ($Service) { Register-Service }
    Restart-WhatRuns
    Write-Output "Done. Without an account: $Name demo. Then: $Name creds add-key, and $Name."
}

function Find-Source {
    $source = $env:GCLI2API_SOURCE
    $kept = Join-Path $App 'source'
    if (-not $source -and $Script) {
        $checkout = Split-Path (Split-Path $Script)
        if ((Test-Path (Join-Path $checkout 'pyproject.toml')) -and (Test-Path (Join-Path $checkout 'gcli2api_tui'))) {
            $source = $checkout
        }
    }
    if (-not $source -and (Test-Path $kept)) { $source = [IO.File]::ReadAllText($kept).Trim() }
    if (-not $source) {
        Stop-Here @"
where is the program? This script does not lie in a checkout. Set GCLI2API_SOURCE to one of
  a name on the package index   gcli2api-tui
  the address of an archive     https://HOST/gcli2api_tui-VERSION-py3-none-any.whl
  the path of a wheel           .\gcli2api_tui-VERSION-py3-none-any.whl
  the folder of a checkout      C:\gcli2api-tui
for example: `$env:GCLI2API_SOURCE = 'C:\gcli2api-tui'. Then run this again.
"@
    }
    if ($source -like 'http://*' -and -not $Hash) {
        Stop-Here "$source is no https: set GCLI2API_SHA256 too, or take https."
    }
    if ($source -notlike '*://*' -and $source -match '[\\/]|^\.$|\.whl$') {
        if (-not (Test-Path $source)) { Stop-Here "GCLI2API_SOURCE: there is no $source." }
        $source = (Resolve-Path $source).ProviderPath # also from another folder, the next time
    }
    return $source
}

# The command and its first words, as an array. The python.exe that only opens the Store fails the question.
function Find-Python {
    $tried = @(@('py', '-3'), @('python'), @('python3'))
    if ($env:PYTHON) { $tried = @(, @($env:PYTHON)) }
    foreach ($one in $tried) {
        if (-not (Get-Command $one[0] -ErrorAction SilentlyContinue)) { continue }
        if (Test-Native $one @('-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))')) {
            return , $one
        }
    }
    Stop-Here 'Python 3.11 or newer is needed. winget install Python.Python.3.13, open a new window, then run this again.'
}

# Returns whether it is whole. What it prints goes to the host, since a function's output is its value.
function Build-Environment([string]$New, [string[]]$Python, [string]$Source) {
    Write-Host "Installing $Source. This takes about a minute..."
    $inside = @((Join-Path $New 'Scripts\python.exe'))
    $pip = @('-m', 'pip', '--disable-pip-version-check', 'install', '-q')
    $pinned = if ($Source -like '*://*.whl' -and $Hash) { $Source + '#sha256=' + $Hash } else { $Source }
    if (-not (Test-Native $Python @('-m', 'venv', $New))) { return $false }
    if (-not (Test-Native $inside ($pip + @('--no-deps', $pinned)))) { return $false }
    # The wheel lists what it needs, with hashes: who pins it, pins all.
    $list = Join-Path $New 'Lib\site-packages\gcli2api_tui\requirements.txt'
    if (-not (Test-Native $inside ($pip + @('--prefer-binary', '--require-hashes', '-r', $list)))) { return $false }
    return Test-Native $inside @('-P', '-c', 'import gcli2api_tui.runtime, gcli2api_tui.tui.app')
}

# Windows PowerShell takes what a program writes to stderr for an error of its own: here only the status counts.
function Test-Native([string[]]$Start, [string[]]$Words) {
    $ErrorActionPreference = 'Continue'
    $more = @($Start | Select-Object -Skip 1) + $Words
    & $Start[0] @more | Out-Host
    return $LASTEXITCODE -eq 0
}

# The launcher that pip made knows its own environment. One that runs cannot be overwritten, but renamed.
function Set-Command([string]$New) {
    Get-ChildItem $Bin -Filter ($Name + '.*.old') | Remove-Item -Force -ErrorAction SilentlyContinue
    if (Test-Path $Command) { Rename-Item $Command ($Name + '.' + [IO.Path]::GetRandomFileName() + '.old') }
    Copy-Item (Join-Path (Join-Path $New 'Scripts') (Split-Path -Leaf $Command)) $Command
}

function Remove-Tree([string]$Folder) {
    Remove-Item -Recurse -Force -ErrorAction SilentlyContinue $Folder # what runs from it stays until the next time
}

# There is no restart in place on Windows, and nobody's answer is cut: a person says when.
function Restart-WhatRuns {
    $ErrorActionPreference = 'Continue'
    & $Command status *> $null
    if ($LASTEXITCODE -eq 0) { Write-Output "A server runs, of the version before. When it may end: install.ps1 restart" }
}

# --- what Windows knows of it -----------------------------------------------------------------------------------------

# Read and written as it is stored: %USERPROFILE% in somebody's entry stays that.
function Get-UserPath {
    $stored = (Get-Item 'HKCU:\Environment').GetValue('Path', '', 'DoNotExpandEnvironmentNames')
    return @($stored -split ';' | Where-Object { $_ })
}

function Set-UserPath([string[]]$Parts) {
    Set-ItemProperty 'HKCU:\Environment' -Name Path -Type ExpandString -Value ($Parts -join ';')
    [Environment]::SetEnvironmentVariable('GCLI2API_TUI_NOTHING', $null, 'User') # tells the desktop to look again
}

function Add-ToPath {
    $parts = @(Get-UserPath)
    if ($parts -notcontains $Bin) {
        Set-UserPath ($parts + $Bin)
        Write-Output "$Bin is on PATH now: open a new window for it."
    }
    $env:Path = "$env:Path;$Bin"
}

function Remove-FromPath {
    $others = Get-ChildItem $Bin -ErrorAction SilentlyContinue # pipx and uv put theirs there too
    if (-not $others) { Set-UserPath (Get-UserPath | Where-Object { $_ -ne $Bin }) }
}

function Add-Shortcut {
    $made = (New-Object -ComObject WScript.Shell).CreateShortcut($Shortcut)
    $made.TargetPath = $Command
    $made.WorkingDirectory = $HOME
    $made.Description = "An LLM proxy for Google's Gemini models"
    $made.Save()
}

function Register-Service {
    $user = "$env:USERDOMAIN\$env:USERNAME"
    $hidden = "-NoProfile -WindowStyle Hidden -Command `"& '$($Command -replace "'", "''")' serve`""
    $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument $hidden -WorkingDirectory $HOME
    $trigger = New-ScheduledTaskTrigger -AtLogOn -User $user
    $rules = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -StartWhenAvailable `
        -ExecutionTimeLimit ([TimeSpan]::Zero) -RestartCount 3 -RestartInterval (New-TimeSpan -Minutes 1)
    Register-ScheduledTask -Force -TaskName $Name -Action $action -Trigger $trigger -Settings $rules | Out-Null
    Start-ScheduledTask -TaskName $Name
    Write-Output "It starts at every logon: the task $Name in the Task Scheduler."
}

function Get-Task { return Get-ScheduledTask -TaskName $Name -ErrorAction SilentlyContinue }

# --- start, stop, restart, status, uninstall --------------------------------------------------------------------------

function Invoke-Word {
    $ErrorActionPreference = 'Continue'
    if ($Word -in 'stop', 'status') { & $Command $Word; exit $LASTEXITCODE }
    if ($Word -eq 'restart') {
        & $Command stop
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    }
    if (Get-Task) { Start-ScheduledTask -TaskName $Name }
    else { Start-Process -FilePath $Command -ArgumentList 'serve' -WorkingDirectory $HOME -WindowStyle Minimized }
}

function Uninstall-Program {
    if (Test-Path $Command) {
        # An environment whose Python was removed stops nothing.
        if ((Test-Native @($Command) @('--version')) -and -not (Test-Native @($Command) @('stop'))) {
            Stop-Here "Nothing was removed. Run $Name stop --now, then this again."
        }
        if ($Purge) { Remove-Settings }
    }
    if (Get-Task) { Unregister-ScheduledTask -TaskName $Name -Confirm:$false }
    Remove-Item -Force -ErrorAction SilentlyContinue $Shortcut, $Command, (Join-Path $Bin ($Name + '.*.old'))
    Remove-Tree $App
    Remove-FromPath
    if ($Purge) { Write-Output 'Uninstalled, with all settings and credentials.' }
    else { Write-Output 'Uninstalled. Settings and credentials stay; -Purge takes them too.' }
    if ($env:GCLI2API_HOME) { Write-Output "GCLI2API_HOME, $env:GCLI2API_HOME, was left alone." }
}

# By the program's own Python, which sees its folders where Windows has put them.
function Remove-Settings {
    $inside = Join-Path $App ((Get-Content (Join-Path $App 'current')) + '\Scripts\python.exe')
    $code = 'import shutil; from gcli2api_tui.paths import find; there = find(None, {}); ' +
        '[shutil.rmtree(folder, ignore_errors=True) for folder in {there.config, there.state}]'
    Test-Native @($inside) @('-P', '-c', $code) | Out-Null
}

Main
