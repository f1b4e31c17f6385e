import { createServer, type Server, type Socket } from 'node:net'
import { type ListenAddress, listening } from './listen.ts'

/** Who serves connections that somebody else accepted. */
export interface Receiver {
  /** Hands a connection over. It is closed where it cannot be taken any more. */
  take(connection: Socket): void
  /** Whether it has not taken yet what it was given a while ago. */
  isLate(): boolean
}

/** One who serves, and how many connections it has. */
export interface Membership {
  /** It has so many connections less. */
  ended(connections: number): void
  /** It takes none any more. */
  leave(): void
}

interface Member {
  readonly receiver: Receiver
  connections: number
}

/**
 * Accepts connections for several processes and gives each to the one that has the fewest, so that all have as many, also
 * where there are few and they stay open for long. The system's own ways do not: processes that accept from one socket
 * take what comes while they are awake, and taking turns knows nothing of connections that ended. One who is late gets none
 * while another is not.
 */
export class ConnectionSharer {
  /** The one that was served longest ago first: ties take turns. */
  #members: readonly Member[] = []
  readonly #server: Server

  constructor() {
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, (connection) =>
      this.#share(connection),
    )
  }

  /** Resolves to the port when connections are accepted. Somebody has to have joined. */
  listen(address: ListenAddress): Promise<number> {
    return listening(this.#server, address)
  }

  /** Accepts nothing more. Those who have connections keep them. */
  close(): void {
    this.#server.close()
  }

  join(receiver: Receiver): Membership {
    const member = { receiver, connections: 0 }
    this.#members = [member, ...this.#members]
    return {
      ended(connections) {
        member.connections -= connections
      },
      leave: () => {
        this.#members = this.#members.filter((other) => other !== member)
      },
    }
  }

  #share(connection: Socket): void {
    // Whoever connects while nobody serves may try again.
    connection.on('error', () => connection.destroy())
    const inTime = this.#members.filter(({ receiver }) => !receiver.isLate())
    const [first, ...others] = inTime.length > 0 ? inTime : this.#members
    if (!first) {
      connection.destroy()
      return
    }
    const member = others.reduce(
      (least, other) => (other.connections < least.connections ? other : least),
      first,
    )
    member.connections++
    this.#members = [...this.#members.filter((other) => other !== member), member]
    member.receiver.take(connection)
  }
}
