export const DAY_MILLISECONDS = 24 * 60 * 60 * 1000
