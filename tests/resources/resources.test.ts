import { inspect } from 'node:util'
import { S3Client } from '@aws-sdk/client-s3'
import {
  Bucket,
  BucketLifecycle,
  NotLoadedError,
  ObjectAcl,
  ObjectSummary,
  ObjectVersion,
  S3,
  S3Object,
  WaitTimeoutError,
} from '@holdfast/resources'
import { describe, expect, it, vi } from 'vitest'
import { recordingClient, serviceError } from './recording-client.ts'

describe('a resource', () => {
  it('is made from the service, from another, or by itself', () => {
    const { client } = recordingClient()
    const made = [
      new S3(client).ObjectAcl('b', 'k'),
      new S3(client).Bucket('b').Object('k').Acl(),
      new ObjectAcl('b', 'k', client),
    ]
    for (const acl of made) expect(acl).toMatchObject({ bucketName: 'b', objectKey: 'k', client })
  })

  it('takes the configuration of a client as well', async () => {
    const { client } = new S3({ endpoint: 'http://localhost:1', region: 'us-east-1' })
    expect(client).toBeInstanceOf(S3Client)
    expect(client.config.forcePathStyle).toBe(true)
    expect(new S3({ region: 'eu-west-1' }).client.config.forcePathStyle).toBeFalsy()
    const virtual = new Bucket('b', { endpoint: 'http://localhost:1', forcePathStyle: false })
    expect(virtual.client.config.forcePathStyle).toBe(false)
  })

  it('asks an endpoint of the environment by path, as boto3 does', async () => {
    const environment = {
      AWS_ENDPOINT_URL: 'http://store.invalid',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
    }
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    const asked: string[] = []
    const { client } = new S3({ region: 'us-east-1' })
    client.middlewareStack.add(
      () => async (args) => {
        const { hostname, path } = args.request as { hostname: string; path: string }
        asked.push(hostname + path)
        return { response: {}, output: { $metadata: {} } }
      },
      { step: 'finalizeRequest', priority: 'low' },
    )
    const point = 'arn:aws:s3:us-east-1:123456789012:accesspoint/point'
    for (const name of ['photos', point]) await new Bucket(name, client).Object('cat.jpg').load()
    vi.unstubAllEnvs()
    expect(asked).toEqual(['store.invalid/photos/cat.jpg', 'point-123456789012.store.invalid/cat.jpg'])
  })

  it("has boto3's region where none is named", async () => {
    const unset = { AWS_REGION: '', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }
    for (const [name, value] of Object.entries(unset)) vi.stubEnv(name, value)
    expect(await new S3({ endpoint: 'http://127.0.0.1:1' }).client.config.region()).toBe('us-east-1')
    expect(await new S3({ region: 'eu-west-1' }).client.config.region()).toBe('eu-west-1')
    vi.unstubAllEnvs()
  })

  it('says what to do about an attribute that is not loaded', () => {
    const { client } = recordingClient()
    expect(() => new S3Object('photos', 'cat.jpg', client).contentLength).toThrow(
      new NotLoadedError(new S3Object('photos', 'cat.jpg', client), 'ContentLength'),
    )
    expect(() => new S3Object('photos', 'cat.jpg', client).contentLength).toThrow(
      'ContentLength of S3Object(bucketName=photos, key=cat.jpg) is not loaded: call `await resource.load()` first',
    )
    expect(() => new ObjectVersion('b', 'k', 'v', client).size).toThrow(/only a resource out of a collection/)
  })

  it('forgets its attributes when an action may have changed them, and not before', async () => {
    const { client } = recordingClient(({ operation }) => {
      if (operation === 'RestoreObject') throw serviceError('InvalidObjectState', 403)
      return { ContentLength: 5 }
    })
    const object = await new S3Object('b', 'k', client).load()
    await object.get()
    await expect(object.restoreObject()).rejects.toThrow('InvalidObjectState')
    expect(object.contentLength).toBe(5)
    await object.put({ Body: 'x' })
    expect(() => object.contentLength).toThrow(NotLoadedError)
    expect(object.data).toBeUndefined()
  })

  it('shows its identifiers where it is printed or made JSON of, and nothing of the SDK', () => {
    const { client } = recordingClient()
    const object = new S3(client).Object('photos', 'cat.jpg')
    expect(inspect(object)).toBe("S3Object { bucketName: 'photos', key: 'cat.jpg' }")
    expect(JSON.stringify(object)).toBe('{"bucketName":"photos","key":"cat.jpg"}')
    expect(inspect(new S3(client))).toBe('S3 {}')
  })

  it('hands the abort signal on', async () => {
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' }
    const bucket = new Bucket('b', { endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials })
    const options = { abortSignal: AbortSignal.abort() }
    await expect(bucket.create({}, options)).rejects.toThrow(/abort/i)
  })
})

describe('a bucket', () => {
  it('finds its attributes among the buckets that begin with its name', async () => {
    const { client, requests } = recordingClient(({ input }) =>
      input['ContinuationToken'] === undefined
        ? { Buckets: [{ Name: 'b-2' }], ContinuationToken: 't' }
        : { Buckets: [{ Name: 'b', BucketRegion: 'r' }] },
    )
    const bucket = await new Bucket('b', client).load()
    expect(bucket.bucketRegion).toBe('r')
    expect(requests[1]?.input).toEqual({ Prefix: 'b', ContinuationToken: 't' })
  })

  it('has none where it is not among them, or where listing is not allowed', async () => {
    const elsewhere = recordingClient()
    expect((await new Bucket('b', elsewhere.client).load()).creationDate).toBeUndefined()
    const denied = recordingClient(() => {
      throw serviceError('AccessDenied', 403)
    })
    expect((await new Bucket('b', denied.client).load()).creationDate).toBeUndefined()
    const broken = recordingClient(() => {
      throw serviceError('InternalError', 500)
    })
    await expect(new Bucket('b', broken.client).load()).rejects.toThrow('InternalError')
  })
})

describe('a summary', () => {
  it('loads from the head what a listing shows', async () => {
    const { client, requests } = recordingClient(() => ({
      ContentLength: 5,
      ETag: '"e"',
      StorageClass: 'GLACIER',
      Metadata: { a: 'b' },
    }))
    const summary = await new ObjectSummary('b', 'k', client).load()
    expect(summary).toMatchObject({ size: 5, eTag: '"e"', storageClass: 'GLACIER', owner: undefined })
    // As in boto3 the data is the whole head, its length by the name that listings have for it.
    expect(summary.data).toMatchObject({ Size: 5, Metadata: { a: 'b' } })
    expect(requests).toEqual([{ operation: 'HeadObject', input: { Bucket: 'b', Key: 'k' } }])
  })
})

describe('the older lifecycle', () => {
  const older = {
    ID: 'one',
    Prefix: 'logs/',
    Status: 'Enabled',
    Transition: { Days: 3, StorageClass: 'GLACIER' },
    NoncurrentVersionTransition: { NoncurrentDays: 4, StorageClass: 'GLACIER' },
  } as const
  const newer = {
    ID: 'one',
    Prefix: 'logs/',
    Status: 'Enabled',
    Transitions: [older.Transition],
    NoncurrentVersionTransitions: [older.NoncurrentVersionTransition],
  }

  it('has single transitions', async () => {
    const { client, requests } = recordingClient(() => ({ Rules: [newer] }))
    const lifecycle = new BucketLifecycle('b', client)
    await lifecycle.put({ LifecycleConfiguration: { Rules: [older] } })
    expect(requests[0]?.input).toEqual({ Bucket: 'b', LifecycleConfiguration: { Rules: [newer] } })
    expect((await lifecycle.load()).rules).toEqual([older])
  })
})

describe('a waiter', () => {
  const options = { delayMilliseconds: 1, maximumAttempts: 3 }

  /** Answers with these statuses in turn; the last one stays. */
  function statuses(...codes: number[]) {
    return recordingClient(() => {
      const code = codes.length > 1 ? codes.shift() : codes[0]
      if (code !== 200) throw serviceError(`status ${code}`, code ?? 0)
      return {}
    })
  }

  it('waits for what is not there yet', async () => {
    const { client, requests } = statuses(404, 404, 200)
    await new S3Object('b', 'k', client).waitUntilExists({}, options)
    expect(requests).toHaveLength(3)
  })

  it('waits for what is still there', async () => {
    const { client, requests } = statuses(200, 404)
    await new Bucket('b', client).waitUntilNotExists({}, options)
    expect(requests).toHaveLength(2)
  })

  it("takes another account's bucket and a bucket elsewhere for there", async () => {
    for (const status of [403, 301]) {
      const waiting = new Bucket('b', statuses(status).client).waitUntilExists({}, options)
      await expect(waiting).resolves.toBeUndefined()
    }
  })

  it('gives up after its attempts', async () => {
    const { client, requests } = statuses(404)
    const waiting = new S3Object('b', 'k', client).waitUntilExists({}, options)
    await expect(waiting).rejects.toThrow(WaitTimeoutError)
    await expect(waiting).rejects.toThrow('Not so after 3 attempts: S3Object(bucketName=b, key=k) exists')
    expect(requests).toHaveLength(3)
  })

  it('fails at once with another error', async () => {
    const { client, requests } = statuses(403)
    await expect(new S3Object('b', 'k', client).waitUntilExists({}, options)).rejects.toThrow('status 403')
    expect(requests).toHaveLength(1)
  })

  it('ends with its abort signal', async () => {
    const controller = new AbortController()
    const { client, requests } = recordingClient(() => {
      queueMicrotask(() => controller.abort(new Error('enough')))
      throw serviceError('NotFound', 404)
    })
    const waiting = new S3Object('b', 'k', client).waitUntilExists({}, { abortSignal: controller.signal })
    await expect(waiting).rejects.toThrow('enough')
    expect(requests).toHaveLength(1)
  })
})
