import type { Socket } from 'node:net'
import type { Clock } from '../base/clock.ts'

/** So many times may the time of {@link lingerAtClose} pass as long as bytes come. */
const MOST_ROUNDS = 10

/**
 * Has the connection, which its next answer ends, end so that the answer is read: this side of it at once, and the other
 * when the client ends it, has been silent for `milliseconds`, or has gone on for ten times as long. A socket that is
 * closed while bytes come resets the connection, and a client that writes first and reads later (Python's http.client,
 * Java's HttpURLConnection) sees a broken pipe in place of its answer. Source: RFC 9112, section 9.6.
 */
export function lingerAtClose(socket: Socket, milliseconds: number, clock: Clock): void {
  // What Node does with a socket when its last answer is out.
  socket.destroySoon = () => {
    socket.end()
    // What still comes passes without being looked at.
    socket.resume()
    void destroyWhenSilent(socket, milliseconds, clock)
  }
}

async function destroyWhenSilent(socket: Socket, milliseconds: number, clock: Clock): Promise<void> {
  const closed = new AbortController()
  socket.once('close', () => closed.abort())
  let seenBytes = -1
  for (let round = 0; round < MOST_ROUNDS && seenBytes !== socket.bytesRead; round++) {
    seenBytes = socket.bytesRead
    await clock.sleep(milliseconds, closed.signal).catch(() => undefined)
  }
  socket.destroy()
}
