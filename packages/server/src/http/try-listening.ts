import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { type ListenAddress, listening } from './listen.ts'

/** Listens for a moment, and drops who comes by then. Rejects with the system's error where that cannot be. */
export async function tryListening(address: ListenAddress): Promise<void> {
  const server = createServer((socket) => socket.destroy())
  await listening(server, address)
  await promisify(server.close.bind(server))()
}
