import { resolve, sep } from 'node:path'
import { errorMessage } from '../base/error-message.ts'
import { ConfigError } from '../config/config-error.ts'
import { type Address, addressText } from '../config/listen-address.ts'
import { StorageFault } from '../base/storage-fault.ts'

/** What of the command line a failure may be about. */
export interface FailureContext {
  readonly address: Address
  readonly data: string
  /** A second folder that the command works on: of a backup, say. */
  readonly beside?: string | undefined
  /** What names the data folder. Default: `--data`. */
  readonly dataOption?: string | undefined
}

interface SystemError extends Error {
  readonly code: string
  readonly syscall?: string
  readonly path?: string
  readonly hostname?: string
}

/** Why the server cannot start, and what to do about it, in a sentence or a list. Never a stack trace. */
export function describeFailure(error: unknown, context: FailureContext): string {
  if (error instanceof ConfigError) return error.message
  if (isKeyError(error))
    return `The certificate or its key cannot be used: ${error.message}. Give PEM files that belong together with --tls-cert and --tls-key.`
  const cause = systemErrorIn(error)
  if (cause && isOfNetwork(cause, context)) return describeNetwork(error, cause)
  if (cause) return describeSystemError(cause, context)
  if (error instanceof StorageFault) return `The data folder ${context.data} cannot be used: ${error.message}`
  return errorMessage(error)
}

/** The operating system's error that is at the bottom of this one. */
function systemErrorIn(error: unknown): SystemError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (isSystemError(at)) return at
  return undefined
}

function isSystemError(error: Error): error is SystemError {
  return 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code)
}

function isKeyError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL')
}

/** Of a connection to somebody else: a key service, another S3. */
const NETWORK_CODES = /^E(CONN|HOST|NET|PIPE|TIMEDOUT|NOTFOUND|AI_)/

function isOfNetwork(error: SystemError, { address }: FailureContext): boolean {
  if (isOfListening(error)) return false
  const { syscall, hostname = address.host } = error
  return syscall === 'getaddrinfo' ? hostname !== address.host : NETWORK_CODES.test(error.code)
}

/** What was tried, in the words of whoever tried it, and what came of it. */
function describeNetwork(error: unknown, cause: SystemError): string {
  const said = errorMessage(error)
  const reason = cause.message === '' ? cause.code : cause.message
  const what = said === '' || said.includes(reason) ? said || reason : `${said} (${reason})`
  return `${what}. See that it runs, and can be reached from here.`
}

function isOfListening({ syscall }: SystemError): boolean {
  return syscall === 'listen' || syscall === 'bind'
}

function describeSystemError(error: SystemError, context: FailureContext): string {
  const listening = isOfListening(error) || error.syscall === 'getaddrinfo'
  return listening ? describeListening(error, context.address) : describeDisk(error, context)
}

function describeListening(error: SystemError, address: Address): string {
  const where = addressText(address)
  const another = addressText({ ...address, port: address.port + 1 })
  switch (error.code) {
    case 'EADDRINUSE':
      return `${where} is in use by another program. Choose another port, for example --address ${another}, or --address ${addressText({ ...address, port: 0 })} for any free one.`
    case 'EACCES':
      return `${where} needs more rights than this user has. Choose a port above 1023, for example --address ${addressText({ ...address, port: 9000 })}.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${address.host} is no address of this machine. Choose one with --address, for example --address 127.0.0.1:${address.port}.`
    default:
      return `Cannot listen on ${where}: ${error.message}`
  }
}

function describeDisk(error: SystemError, context: FailureContext): string {
  const { data, beside, dataOption = '--data' } = context
  const path = error.path ?? (beside === undefined ? data : `${beside} or ${data}`)
  const isData = isOfData(error.path, context)
  const another = isData ? `choose another data folder with ${dataOption} DIR` : 'name another folder'
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return `This user may not read and write ${path}. Give it the right, or ${another}.`
    case 'EROFS':
      return `${path} is on a file system that is read-only. ${capitalized(another)}.`
    case 'ENOTDIR':
    case 'EEXIST':
      return `${path} cannot be: a part of that path is a file, not a folder. ${capitalized(another)}.`
    case 'ENOSPC':
    case 'EDQUOT':
      return `There is no space left for ${path}. Free some, or ${another}.`
    case 'ENOENT':
      return `There is no file ${path}.${isData ? ` Name the data folder of the store with ${dataOption} DIR.` : ''}`
    default:
      return `${path}: ${error.message}`
  }
}

/** Whether it is the data folder that a failure is about, as far as can be told. */
function isOfData(
  path: string | undefined,
  { data, beside }: Pick<FailureContext, 'data' | 'beside'>,
): boolean {
  if (path === undefined) return beside === undefined
  if (beside !== undefined && isIn(path, beside)) return false
  return isIn(path, data) || isIn(data, path)
}

function isIn(path: string, folder: string): boolean {
  return `${resolve(path)}${sep}`.startsWith(`${resolve(folder)}${sep}`)
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
