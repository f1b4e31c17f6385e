import { failed, say, storeOf } from './with-store.ts'

/** `holdfast rotate-root-key`, as it was asked for. */
export interface RotateRootKeyOptions {
  readonly data: string
  readonly config?: string
  readonly finish?: true
}

/** Between two lines of progress. */
const KEYS_PER_LINE = 1000

/** Rotates the root key and says how far it is; exit code 0, or 1 with the reason on standard error. */
export async function rotateRootKeyCommand(options: RotateRootKeyOptions): Promise<void> {
  try {
    await rotate(options)
  } catch (error) {
    failed(error, options)
  }
}

async function rotate(options: RotateRootKeyOptions): Promise<void> {
  const { finish } = options
  const store = await storeOf(options)
  const { rotateRootKey } = await import('../compose/rotate-root-key.ts')
  const { seen, resealed, removedRootKeys } = await rotateRootKey({
    ...store,
    mode: finish ? 'finish' : 'rotate',
    onProgress: (progress) => {
      if (progress.seen % KEYS_PER_LINE === 0)
        say(`${progress.seen} keys looked at, ${progress.resealed} sealed anew`)
    },
  })
  say(`${seen} keys looked at, ${resealed} sealed anew: all are under the newest root key.`)
  if (finish) say(`${removedRootKeys} older root keys removed.`)
  else say('The older root keys are kept. An hour from now, --finish removes them.')
}
