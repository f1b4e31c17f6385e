import { describe, expect, test } from 'vitest'
import { errorCatalogue, type ErrorCode } from './error-catalogue.ts'
import { S3Error } from './s3-error.ts'

const entries = Object.entries(errorCatalogue)

/** Status of the codes that S3 documents with something other than 400. */
const notBadRequest = {
  AccessDenied: 403,
  BucketAlreadyExists: 409,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  ConditionalRequestConflict: 409,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidObjectState: 403,
  InvalidRange: 416,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchBucketPolicy: 404,
  NoSuchKey: 404,
  NoSuchTagSet: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NotImplemented: 501,
  NotModified: 304,
  ObjectLockConfigurationNotFoundError: 404,
  OperationAborted: 409,
  OwnershipControlsNotFoundError: 404,
  PermanentRedirect: 301,
  PreconditionFailed: 412,
  QuotaExceeded: 403,
  ReplicationConfigurationNotFoundError: 404,
  RequestTimeTooSkewed: 403,
  RestoreAlreadyInProgress: 409,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
  TemporaryRedirect: 307,
} as const satisfies Partial<Record<ErrorCode, number>>

describe('errorCatalogue', () => {
  test.each(entries)('%s has an error status and a message', (_code, { status, message }) => {
    expect(status === 304 || [301, 307].includes(status) || (status >= 400 && status < 600)).toBe(true)
    expect(message.trim()).toBe(message)
    expect(message.length).toBeGreaterThan(0)
  })

  test('is in alphabetical order', () => {
    const codes = Object.keys(errorCatalogue)
    const general = codes.slice(0, codes.indexOf('AmbiguousFieldName'))
    const ofSelect = codes.slice(general.length)
    expect(general).toEqual(general.toSorted())
    expect(ofSelect).toEqual(ofSelect.toSorted())
  })

  test.each(Object.entries(notBadRequest))('%s answers %i', (code, status) => {
    expect(new S3Error(code as ErrorCode).status).toBe(status)
  })

  test('an S3Error takes status and message from its code', () => {
    const error = new S3Error('NoSuchKey', { Key: 'a' })
    expect(error).toMatchObject({
      code: 'NoSuchKey',
      status: 404,
      message: 'The specified key does not exist.',
    })
    expect(error.fields).toEqual({ Key: 'a' })
  })
})
