import { accessTexts } from '../texts/access.ts'

/** Something that may be done, as a question is asked about it. */
export interface AskedAction {
  readonly action: string
  /** Condition keys that the request would have. */
  readonly context?: Readonly<Record<string, string>> | undefined
  /** What it is called. */
  readonly text: string
}

const { bucket, object, directory } = accessTexts.actions

const session = (mode: 'ReadOnly' | 'ReadWrite') => ({
  action: 's3express:CreateSession',
  context: { 's3express:SessionMode': mode },
})

/** What is asked about each kind of thing, in the order in which it is told. */
export const ASKED_ACTIONS = {
  bucket: named(bucket),
  object: named(object),
  /** Its objects are behind the same two permissions. */
  directory: [
    { ...session('ReadOnly'), text: accessTexts.readSession },
    { ...session('ReadWrite'), text: accessTexts.writeSession },
    ...named(directory),
  ],
} as const satisfies Readonly<Record<string, readonly AskedAction[]>>

export type AskedKind = keyof typeof ASKED_ACTIONS

function named(texts: Readonly<Record<string, string>>): readonly AskedAction[] {
  return Object.entries(texts).map(([action, text]) => ({ action, text }))
}
