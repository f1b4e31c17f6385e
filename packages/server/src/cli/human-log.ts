import { styleText } from 'node:util'
import { jsonLog, type Log, type LogLevel } from '../base/log.ts'

/** Lines for people where standard error is a terminal, JSON otherwise. */
export function openLog(level: LogLevel): Log {
  if (!process.stderr.isTTY) return jsonLog(level)
  return jsonLog(level, { write: (line) => void process.stderr.write(humanLine(line)) })
}

function styled(format: 'dim' | 'green' | 'yellow' | 'red', text: string): string {
  return styleText(format, text, { stream: process.stderr })
}

const LEVELS = [
  { value: 20, name: styled('dim', 'debug') },
  { value: 30, name: styled('green', 'info ') },
  { value: 40, name: styled('yellow', 'warn ') },
  { value: 50, name: styled('red', 'error') },
]

/** One line of JSON as `10:09:15 info  message key=value`; an error's stack follows on lines of its own. */
export function humanLine(json: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(json) as LogLine
  const clock = styled('dim', new Date(time).toTimeString().slice(0, 8))
  const name = LEVELS.find((known) => known.value === level)?.name ?? String(level)
  const pairs = Object.entries(fields).map(([key, value]) => styled('dim', `${key}=${valueText(value)}`))
  const line = [clock, name, ...(msg === undefined ? [] : [escaped(msg)]), ...pairs].join(' ')
  return err?.stack === undefined ? `${line}\n` : `${line}\n${err.stack}\n`
}

interface LogLine extends Readonly<Record<string, unknown>> {
  readonly level: number
  readonly time: string
  readonly msg?: string
  readonly err?: { readonly stack?: string }
}

function valueText(value: unknown): string {
  const plain = typeof value === 'string' && /^[\w./:@%+-]+$/.test(value)
  return plain ? value : escaped(JSON.stringify(value))
}

/** Keys and headers come from outside: what they hold must not steer the terminal. */
function escaped(text: string): string {
  return text.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
