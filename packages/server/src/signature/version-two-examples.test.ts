/**
 * Every request and signature here is an example of Amazon's pages on Signature Version 2: "Signing and authenticating
 * REST requests" and "Browser-based uploads using POST, Upload examples".
 */
import { describe, expect, it } from 'vitest'
import type { RequestHead } from '../base/request-head.ts'
import { verifyPostForm } from './post-form.ts'
import { SigningKeyCache } from './signing-key.ts'
import { verifySignature, type VerifyOptions } from './verify-signature.ts'
import type { Credential } from './credential.ts'

const BUCKETS: Readonly<Record<string, string>> = {
  'awsexamplebucket1.us-west-1.s3.amazonaws.com': 'awsexamplebucket1',
  'awsexamplebucket1.s3.us-west-1.amazonaws.com': 'awsexamplebucket1',
  // The page shows static.example.com; its signature is that of this name.
  'static.awsexamplebucket1.net:8080': 'static.awsexamplebucket1.net',
}

function options(now: string): VerifyOptions<Credential> {
  return {
    region: 'us-west-1',
    now: new Date(now),
    keys: new SigningKeyCache(),
    versionTwo: { bucketOfHost: (host = '') => BUCKETS[host] },
    findCredential: (id) =>
      id === 'AKIAIOSFODNN7EXAMPLE'
        ? { secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
        : undefined,
  }
}

interface Example extends Partial<RequestHead> {
  readonly line: string
  readonly host?: string
  readonly signature?: string
}

function headOf({ line, host, signature, headers, ...more }: Example): RequestHead {
  const [method = '', target = ''] = line.split(' ')
  const [path = '', query = ''] = target.split('?')
  const authorization = signature === undefined ? undefined : `AWS AKIAIOSFODNN7EXAMPLE:${signature}`
  const all = { host: host ?? 'awsexamplebucket1.s3.us-west-1.amazonaws.com', authorization, ...headers }
  return { method, path, query, headers: all, ...more }
}

const examples: readonly (readonly [name: string, example: Example])[] = [
  [
    'Object GET',
    {
      line: 'GET /photos/puppy.jpg',
      host: 'awsexamplebucket1.us-west-1.s3.amazonaws.com',
      headers: { date: 'Tue, 27 Mar 2007 19:36:42 +0000' },
      signature: 'qgk2+6Sv9/oM7G3qLEjTH1a1l1g=',
    },
  ],
  [
    'Object PUT',
    {
      line: 'PUT /photos/puppy.jpg',
      headers: {
        date: 'Tue, 27 Mar 2007 21:15:45 +0000',
        'content-type': 'image/jpeg',
        'content-length': '94328',
      },
      signature: 'iqRzw+ileNPu1fhspnRs8nOjjIA=',
    },
  ],
  [
    'List',
    {
      line: 'GET /?prefix=photos&max-keys=50&marker=puppy',
      headers: { date: 'Tue, 27 Mar 2007 19:42:41 +0000', 'user-agent': 'Mozilla/5.0' },
      signature: 'm0WP8eCtspQl5Ahe6L1SozdX9YA=',
    },
  ],
  [
    'Fetch',
    {
      line: 'GET /?acl',
      headers: { date: 'Tue, 27 Mar 2007 19:44:46 +0000' },
      signature: '82ZHiFIjc+WbcwFKGUVEQspPn+0=',
    },
  ],
  [
    'Upload',
    {
      line: 'PUT /db-backup.dat.gz',
      host: 'static.awsexamplebucket1.net:8080',
      headers: {
        'user-agent': 'curl/7.15.5',
        date: 'Tue, 27 Mar 2007 21:06:08 +0000',
        'x-amz-acl': 'public-read',
        'content-type': 'application/x-download',
        'content-md5': '4gJE4saaMU4BqNR0kLY+lw==',
        'x-amz-meta-reviewedby': 'joe@awsexamplebucket1.net, jane@awsexamplebucket1.net',
        'x-amz-meta-filechecksum': '0x02661779',
        'x-amz-meta-checksumalgorithm': 'crc32',
        'content-disposition': 'attachment; filename=database.dat',
        'content-encoding': 'gzip',
        'content-length': '5913339',
      },
      repeatedHeaders: {
        'x-amz-meta-reviewedby': ['joe@awsexamplebucket1.net', 'jane@awsexamplebucket1.net'],
      },
      signature: 'dKZcB+bz2EPXgSdXZp9ozGeOM4I=',
    },
  ],
  [
    'List all my buckets',
    {
      line: 'GET /',
      host: 's3.us-west-1.amazonaws.com',
      headers: { date: 'Wed, 28 Mar 2007 01:29:59 +0000' },
      signature: 'qGdzdERIC03wnaRNKh6OqZehG9s=',
    },
  ],
  [
    'Unicode keys',
    {
      line: 'GET /dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re',
      host: 's3.us-west-1.amazonaws.com',
      headers: { date: 'Wed, 28 Mar 2007 01:49:49 +0000' },
      signature: 'DNEZGsoieTZ92F3bUfSPQcbGmlM=',
    },
  ],
]

describe('the examples of the page', () => {
  it.each(examples)('%s', async (_, example) => {
    const { date = '' } = example.headers ?? {}
    expect(await verifySignature(headOf(example), options(date))).toEqual({
      kind: 'signed',
      version: 2,
      form: 'header',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      credential: { secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
      signedAtMilliseconds: undefined,
      payload: { kind: 'unsigned' },
    })
  })

  // Its signature has x-amz-date in the line of the date. The page's own rule, and every client, has it among the headers.
  it('Delete contradicts the rule', async () => {
    const headers = {
      date: 'Tue, 27 Mar 2007 21:20:27 +0000',
      'x-amz-date': 'Tue, 27 Mar 2007 21:20:26 +0000',
    }
    const line = 'DELETE /awsexamplebucket1/photos/puppy.jpg'
    const signature = 'XbyTlbQdu9Xw5o8P4iMwPktxQd8='
    const head = headOf({ line, host: 's3.us-west-1.amazonaws.com', headers, signature })
    await expect(verifySignature(head, options(headers.date))).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
      fields: {
        StringToSign:
          'DELETE\n\n\n\nx-amz-date:Tue, 27 Mar 2007 21:20:26 +0000\n/awsexamplebucket1/photos/puppy.jpg',
      },
    })
    const dated = headOf({ line, host: 's3', headers: { date: headers['x-amz-date'] }, signature })
    expect(await verifySignature(dated, options(headers.date))).toMatchObject({ version: 2 })
  })

  it('Query string request authentication', async () => {
    // The page shows awsexamplebucket1; its signature is that of johnsmith.
    const line =
      'GET /johnsmith/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620'
    const head = headOf({ line, host: 's3.us-west-1.amazonaws.com' })
    expect(await verifySignature(head, options('2007-03-29T03:40:20Z'))).toMatchObject({
      version: 2,
      form: 'query',
      signedAtMilliseconds: undefined,
    })
    await expect(verifySignature(head, options('2007-03-29T03:40:20.001Z'))).rejects.toMatchObject({
      code: 'AccessDenied',
      message: 'Request has expired',
      fields: { Expires: '2007-03-29T03:40:20Z', ServerTime: '2007-03-29T03:40:20Z' },
    })
  })

  it('File upload', async () => {
    const policy =
      'eyAiZXhwaXJhdGlvbiI6ICIyMDA3LTEyLTAxVDEyOjAwOjAwLjAwMFoiLAogICJjb25kaXRpb25zIjogWwogICAgeyJidWNrZXQiOiAiam9obnNtaXRoIn0sCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci9lcmljLyJdLAogICAgeyJhY2wiOiAicHVibGljLXJlYWQifSwKICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL2pvaG5zbWl0aC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwKICAgIFsic3RhcnRzLXdpdGgiLCAiJENvbnRlbnQtVHlwZSIsICJpbWFnZS8iXSwKICAgIHsieC1hbXotbWV0YS11dWlkIjogIjE0MzY1MTIzNjUxMjc0In0sCiAgICBbInN0YXJ0cy13aXRoIiwgIiR4LWFtei1tZXRhLXRhZyIsICIiXQogIF0KfQo='
    const fields = new Map([
      ['awsaccesskeyid', 'AKIAIOSFODNN7EXAMPLE'],
      ['policy', policy],
      ['signature', '0RavWzkygo6QX9caELEqKi9kDbU='],
    ])
    // The page's signature was made with another secret.
    const secretAccessKey = 'uV3F3YluFJax1cknvbcGwgjvx4QpvB+leU8dUj2o'
    const own = { ...options('2007-11-01T12:00:00Z'), findCredential: () => ({ secretAccessKey }) }
    expect(await verifyPostForm(fields, own)).toMatchObject({ form: 'form', version: 2 })
    fields.set('policy', `${policy.slice(0, -4)}CQo=`)
    await expect(verifyPostForm(fields, own)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' })
  })
})
