"""The promises about speed, each measured beside what it is compared with; no test looks at a clock."""
