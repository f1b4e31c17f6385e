import { CHECKSUM_ALGORITHMS } from '../base/checksums.ts'
import type { ErrorCode } from './error-catalogue.ts'

/** How S3 refuses a value of a header or a query parameter that it cannot take. */
export interface Refusal {
  /** `InvalidArgument` unless said otherwise. */
  readonly code?: ErrorCode
  /** The message of the code unless said otherwise. */
  readonly message?: string
  /** What `ArgumentName` says where it is not the name that was sent. */
  readonly argument?: string
}

/** Said of whatever is no number of a part: too large, no number at all, or not there. */
const noPartNumber = { message: 'Part number must be an integer between 1 and 10000, inclusive' }

/** By lower-case header name or by query key. The messages are S3's own. */
export const refusals: Readonly<Record<string, Refusal>> = {
  'encoding-type': { message: 'Invalid Encoding Method specified in Request' },
  partNumber: noPartNumber,
  versionId: { message: 'Version id cannot be the empty string' },
  'version-id-marker': { message: 'A version-id marker cannot be empty.' },
  'x-amz-checksum-algorithm': {
    code: 'InvalidRequest',
    message: `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${CHECKSUM_ALGORITHMS.join(', ')}]`,
  },
  'x-amz-checksum-type': {
    code: 'InvalidRequest',
    message: 'Value for x-amz-checksum-type header is invalid.',
  },
  'x-amz-metadata-directive': { message: 'Unknown metadata directive.' },
  'x-amz-mp-object-size': {
    code: 'InvalidRequest',
    message: 'Value for x-amz-mp-object-size header is invalid.',
  },
  'x-amz-object-attributes': { message: 'Invalid attribute name specified.' },
  'x-amz-object-lock-legal-hold': { message: "Legal Hold must be either of 'ON' or 'OFF'" },
  'x-amz-object-lock-mode': { message: 'Unknown wormMode directive.' },
  'x-amz-object-lock-retain-until-date': {
    message: 'The retain until date must be provided in ISO 8601 format',
  },
  'x-amz-optional-object-attributes': { message: 'Invalid attribute name specified.' },
  'x-amz-sdk-checksum-algorithm': {
    code: 'InvalidRequest',
    message: 'Value for x-amz-sdk-checksum-algorithm header is invalid.',
  },
  'x-amz-server-side-encryption': { message: 'The encryption method specified is not supported' },
  'x-amz-tagging-directive': { message: 'Unknown tagging directive.' },
}

/** What S3 says when a required header or query parameter is not there. */
export const missing: Readonly<Record<string, Refusal>> = {
  partNumber: noPartNumber,
  'x-amz-object-attributes': {
    code: 'InvalidRequest',
    message:
      'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
  },
}

/** A value of these that means nothing is taken for absent: RFC 9110 says so of dates, S3 does so with the others. */
export const ignoredWhenInvalid: readonly string[] = [
  'if-modified-since',
  'if-unmodified-since',
  'x-amz-checksum-mode',
  'x-amz-request-payer',
]

/** Query parameters that may be absent but not empty. */
export const neverEmpty: readonly string[] = ['versionId', 'version-id-marker']

/** Enums whose values S3 takes in any case. */
export const enumsInAnyCase: readonly string[] = ['ChecksumAlgorithm']

/** The numbers that S3 takes, both ends included, and how it refuses others. */
export interface NumberRange extends Refusal {
  readonly minimum: number
  readonly maximum: number
}

const int32 = 2_147_483_647
const counter = (name: string, argument = name): NumberRange => ({
  minimum: 0,
  maximum: int32,
  message: `Argument ${argument} must be an integer between 0 and ${int32}`,
  argument,
})

/** By query key or lower-case header name, or by one of them after an operation and a full stop. */
export const numberRanges: Readonly<Record<string, NumberRange>> = {
  'ListObjectVersions.max-keys': { minimum: 0, maximum: int32, message: 'max-keys cannot be negative' },
  'max-buckets': {
    minimum: 1,
    maximum: 10_000,
    message: 'Argument max-buckets must be an integer between 1 and 10000',
  },
  'max-directory-buckets': {
    minimum: 0,
    maximum: 1000,
    message: 'Argument max-directory-buckets must be an integer between 0 and 1000',
  },
  'max-keys': counter('max-keys', 'maxKeys'),
  'max-parts': counter('max-parts'),
  'max-uploads': counter('max-uploads'),
  'part-number-marker': counter('part-number-marker'),
  partNumber: { minimum: 1, maximum: 10_000, ...noPartNumber },
  'x-amz-max-parts': counter('x-amz-max-parts'),
  'x-amz-part-number-marker': counter('x-amz-part-number-marker'),
}
