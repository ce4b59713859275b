"""Which credential serves next: members, their states, cooldowns and quotas, selection, affinity."""
