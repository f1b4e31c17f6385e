import { type Logger, pino } from 'pino'

/** Structured log. Never given a secret, a key, a signature or an Authorization header. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'isLevelEnabled'>

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** JSON lines on standard error, or to `stream`. */
export function jsonLog(level: LogLevel, stream?: { write(line: string): void }): Log {
  const options = { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }
  return pino(options, stream ?? pino.destination({ dest: 2, sync: true }))
}

export const silentLog: Log = pino({ level: 'silent' })
