import type { Socket } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { lingerAtClose } from './linger.ts'

/** What is no HTTP is answered as such, and the connection ends. */
export function refuseGarbage(
  error: Error & { code?: string },
  socket: Socket,
  lingerMilliseconds: number,
  clock: Clock,
): void {
  // More of what has been refused already.
  if (socket.writableEnded && !socket.destroyed) return
  // What fails in TLS, or in the connection, never came to HTTP: an answer would wait for a handshake that does not come.
  const isHttp = error.code?.startsWith('HPE_') || error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  if (!isHttp || !socket.writable) {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  // Who was too slow for a head has had the time.
  if (status !== '408 Request Timeout') lingerAtClose(socket, lingerMilliseconds, clock)
  endWith(socket, status)
}

/** Tunnels are for proxies; Node ends a connection that asks for one without a word. Source: RFC 9110, section 15.6.2. */
export function refuseTunnel(socket: Socket): void {
  socket.on('error', () => socket.destroy())
  endWith(socket, '501 Not Implemented')
}

function endWith(socket: Socket, status: string): void {
  socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  socket.destroySoon()
}
