import { errorMessage } from '../../base/error-message.ts'
import { errorCode } from '../../base/storage-fault.ts'
import { type Address, addressText } from '../../config/listen-address.ts'
import { isLoopback } from '../../http/address-link.ts'
import { tryListening } from '../../http/try-listening.ts'
import type { Patient, Say } from './patient.ts'

interface Console {
  /** `undefined`: none is served. */
  readonly address: Address | undefined
  /** Whether it is served by HTTPS. */
  readonly isSecure: boolean
  /** Whether a server runs on the store: it has the address, then. */
  readonly isServed: boolean
}

/** Whether the web console gets its address, and what is typed into it stays secret. S3 is served either way: never more than a note. */
export async function lookAtConsole(
  { config }: Patient,
  { address, isSecure, isServed }: Console,
  say: Say,
): Promise<void> {
  if (!address) return
  const text = addressText(address)
  if (!isSecure && !isLoopback(address.host) && !config.console.url?.startsWith('https:'))
    say(
      'note',
      `The web console is open to other machines at ${text} by plain HTTP: whoever is on the way reads the keys and passwords that are typed into it. Serve HTTPS with --tls-cert, or put it on 127.0.0.1 behind a proxy that does, with console.url in the config.`,
    )
  try {
    await tryListening(address)
  } catch (error) {
    const isTaken = errorCode(error) === 'EADDRINUSE'
    if (isTaken && isServed) return
    const reason = isTaken
      ? 'is in use by another program'
      : `cannot be listened on (${errorCode(error) ?? errorMessage(error)})`
    say(
      'note',
      `The address of the web console, ${text}, ${reason}: S3 is served without it. Choose another with --console HOST:PORT, or --no-console.`,
    )
  }
}
