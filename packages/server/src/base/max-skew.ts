/** Requests may be this far from the server's time, either way. */
export const MAX_SKEW_MILLISECONDS = 15 * 60 * 1000
