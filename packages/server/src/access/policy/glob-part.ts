/** `*`: any characters, also none. */
export const STAR = Symbol('*')
/** `?`: any one character. */
export const ANY = Symbol('?')

/** A pattern, with its literal stretches as strings. */
export type GlobPart = string | typeof STAR | typeof ANY
