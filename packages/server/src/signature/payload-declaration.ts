import { SignatureFault, unsupportedMechanism } from './signature-fault.ts'

/** What `x-amz-content-sha256` says about the body. */
export type PayloadDeclaration =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'sha256'; readonly digest: Uint8Array }
  | { readonly kind: 'streaming-signed'; readonly trailer: boolean }
  | { readonly kind: 'streaming-unsigned-trailer' }

const unsigned = { kind: 'unsigned' } as const

const streaming = new Map<string, PayloadDeclaration>([
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { kind: 'streaming-unsigned-trailer' }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { kind: 'streaming-signed', trailer: false }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { kind: 'streaming-signed', trailer: true }],
])

/** Reads `x-amz-content-sha256`. Throws InvalidArgument for what is none of its forms. */
export function parsePayloadDeclaration(value: string): PayloadDeclaration {
  // Before the map: it would have V8 intern each digest.
  if (/^[\da-f]{64}$/i.test(value)) return { kind: 'sha256', digest: Buffer.from(value, 'hex') }
  if (value === 'UNSIGNED-PAYLOAD') return unsigned
  const literal = streaming.get(value)
  if (literal) return literal
  if (/^STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD(?:-TRAILER)?$/.test(value)) throw unsupportedMechanism()
  throw new SignatureFault(
    'InvalidArgument',
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    { ArgumentName: 'x-amz-content-sha256', ArgumentValue: value },
  )
}
