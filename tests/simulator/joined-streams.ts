import { type Duplex, duplexPair } from 'node:stream'

/** Both ends of a connection; when one goes, so does the other. */
export function joinedStreams(): [Duplex, Duplex] {
  const [one, other] = duplexPair()
  one.once('close', () => other.destroy())
  other.once('close', () => one.destroy())
  // A connection that was cut is an error to whoever still reads: they hear of it by their own request.
  one.on('error', () => undefined)
  other.on('error', () => undefined)
  return [one, other]
}
