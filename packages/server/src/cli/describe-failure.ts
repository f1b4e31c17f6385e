import { errorMessage } from '../base/error-message.ts'
import { ConfigError } from '../config/config-error.ts'
import { type Address, addressText } from '../config/listen-address.ts'
import { StorageFault } from '../base/storage-fault.ts'

/** What of the command line a failure may be about. */
export interface FailureContext {
  readonly address: Address
  readonly data: string
}

interface SystemError extends Error {
  readonly code: string
  readonly syscall?: string
  readonly path?: string
}

/** Why the server cannot start, and what to do about it, in a sentence or a list. Never a stack trace. */
export function describeFailure(error: unknown, context: FailureContext): string {
  if (error instanceof ConfigError) return error.message
  if (isKeyError(error))
    return `The certificate or its key cannot be used: ${error.message}. Give PEM files that belong together with --tls-cert and --tls-key.`
  const cause = systemErrorIn(error)
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

function describeSystemError(error: SystemError, context: FailureContext): string {
  const listening = error.syscall === 'listen' || error.syscall === 'bind' || error.syscall === 'getaddrinfo'
  return listening ? describeListening(error, context.address) : describeDisk(error, context.data)
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

function describeDisk(error: SystemError, data: string): string {
  const path = error.path ?? data
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return `This user may not read and write ${path}. Give it the right, or choose another data folder with --data DIR.`
    case 'EROFS':
      return `${path} is on a file system that is read-only. Choose another data folder with --data DIR.`
    case 'ENOTDIR':
    case 'EEXIST':
      return `${path} cannot be: a part of that path is a file, not a folder. Choose another data folder with --data DIR.`
    case 'ENOSPC':
    case 'EDQUOT':
      return `There is no space left for ${path}. Free some, or choose another data folder with --data DIR.`
    case 'ENOENT':
      return `There is no file ${path}.`
    default:
      return `${path}: ${error.message}`
  }
}
