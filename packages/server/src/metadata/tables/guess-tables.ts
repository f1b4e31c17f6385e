import { defineTable } from '../table.ts'

/** Wrong guesses of a short secret since it was last right. */
export interface WrongGuessesRow {
  readonly count: number
  readonly lastMilliseconds: number
}

/** By the kind of the secret (`mfa`, `password`) and whose it is. No row: the last guess was right, or there was none. */
export const wrongGuesses = defineTable<[kind: string, whose: string], WrongGuessesRow>(48, 'wrongGuesses')
