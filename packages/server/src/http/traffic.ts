import type { Socket } from 'node:net'

/** Bytes that went over connections, with what HTTP and TLS add. */
export interface Traffic {
  readonly receivedBytes: number
  readonly sentBytes: number
}

/** Counts by what the sockets count themselves: a request costs nothing, and an upload counts while it comes. */
export class TrafficCount {
  readonly #open: ReadonlySet<Socket>
  /** Of connections that are closed. */
  #past: Traffic = { receivedBytes: 0, sentBytes: 0 }

  constructor(open: ReadonlySet<Socket>) {
    this.#open = open
  }

  /** Once it is no longer among the open ones. */
  closed(connection: Socket): void {
    this.#past = sumOfTraffic(this.#past, trafficOf(connection))
  }

  now(): Traffic {
    return sumOfTraffic(this.#past, ...Array.from(this.#open, trafficOf))
  }
}

export function sumOfTraffic(...all: readonly Traffic[]): Traffic {
  let receivedBytes = 0
  let sentBytes = 0
  for (const traffic of all) {
    receivedBytes += traffic.receivedBytes
    sentBytes += traffic.sentBytes
  }
  return { receivedBytes, sentBytes }
}

function trafficOf({ bytesRead, bytesWritten }: Socket): Traffic {
  return { receivedBytes: bytesRead, sentBytes: bytesWritten }
}
