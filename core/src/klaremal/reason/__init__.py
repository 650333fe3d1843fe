"""Why a goal has its status, in sentences."""
