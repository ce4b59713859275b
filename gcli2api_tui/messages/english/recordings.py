"""What recording and replaying say."""

from collections.abc import Mapping

RECORDINGS: Mapping[str, str] = {
    "recording.runs": "A recording runs already, into {file}.",
    "recording.end_first": "`gcli2api-tui record off` ends it.",
    "recording.no_texts": "No texts are kept, so there is nothing to record.",
    "recording.keep_bodies": "Set keep_bodies above 0.",
    "recording.begun": "Recording into {file}; texts are masked, their lengths and shapes stay.",
    "recording.begun_whole": "Recording whole requests and answers into {file}: prompts can be read in it.",
    "recording.off": "No recording runs.",
    "recording.ended": "Recorded {n} requests into {file}.",
    "recording.disk": "The recording has ended: the disk takes no more ({why}).",
    "recording.full": "The recording has ended: {mb} MB are its most.",
    "recording.none": "{name} is no recording.",
    "recording.make_one": "`gcli2api-tui record on` makes one.",
    "recording.later": "{name} is of form {version}, which is not known here.",
    "recording.torn": "Line {line} of {name} cannot be read.",
    "recording.cut": "its body was not kept whole",
    "recording.unasked": "This would ask Google {n} times, with your credentials and their quota.",
    "recording.yes": "Say --yes to do it without being asked.",
    "recording.silent": "No answer in {s} s.",
    "verb.record": "record requests",
    "verb.end_recording": "end the recording",
    "recording.goes_on": "Requests are recorded into {file}, texts masked.",
    "recording.goes_on_whole": "Requests are recorded whole into {file}: prompts can be read in it.",
}
