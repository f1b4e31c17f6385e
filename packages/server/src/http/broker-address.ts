import { connect, isIP } from 'node:net'

/** Of `host:port`, where an IPv6 address stands in brackets. */
export function hostOf(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon).replaceAll(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) }
}

/** What TLS is told of a host: addresses have no such name. */
export function servernameOf(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {}
}

/** Whichever of several addresses says something first, to somebody who says nothing. Rejects with the error of one where none does. */
export async function firstToSpeak(addresses: readonly string[], signal: AbortSignal): Promise<string> {
  const found = new AbortController()
  const either = AbortSignal.any([signal, found.signal])
  try {
    return await Promise.any(addresses.map((address) => speaks(address, either)))
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error
  } finally {
    found.abort()
  }
}

function speaks(address: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...hostOf(address), signal })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('it said nothing')))
    socket.once('data', () => {
      socket.destroy()
      resolve(address)
    })
  })
}
