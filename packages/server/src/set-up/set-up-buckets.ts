import { resolve } from 'node:path'
import type { Account } from '../access/accounts.ts'
import type { Disk } from '../base/disk.ts'
import { jsonPath } from '../base/read-json.ts'
import { errorCode } from '../base/storage-fault.ts'
import {
  BUCKET_SETTINGS,
  type BucketInput,
  type BucketSettingName,
  type ObjectInput,
} from '../config/bucket-settings.ts'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { isDirectoryBucketName } from '../model/directory-bucket-name.ts'
import { S3Error } from '../model/s3-error.ts'
import type { OperationInputs, OperationName } from '../model/types.gen.ts'
import { InputFault, inputFromJson } from '../protocol/input-from-json.ts'
import { findBucket } from '../s3/shared/bucket/bucket-row.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import { covers } from './covers.ts'
import { bodyOfBytes, bodyOfFile } from './object-body.ts'
import { perform } from './perform.ts'
import { putQuota, setUpQuotas } from './set-up-quotas.ts'

/** How an error calls what is set up. */
const SOURCE = 'What the config sets up'

interface SetUp {
  readonly service: S3Service
  readonly disk: Disk
}

/**
 * Changes nothing. Throws `ConfigError` for the first thing that {@link setUpBuckets} could not read, whatever is there: a setting that is
 * not of its form, a file that is missing.
 */
export async function checkBuckets(setUp: SetUp, { buckets }: Pick<Config, 'buckets'>): Promise<void> {
  for (const [index, bucket] of buckets.entries()) {
    const owner = ownerOf(setUp.service, bucket)
    for (const name of Object.keys(BUCKET_SETTINGS) as BucketSettingName[]) {
      const given = bucket[name]
      if (given !== undefined)
        await at(['buckets', index, name], async () => void wantedOf(bucket.name, name, given))
    }
    for (const [number, object] of (bucket.objects ?? []).entries())
      await at(['buckets', index, 'objects', number], () => assertReadable(setUp, owner, bucket.name, object))
  }
}

/**
 * Sees to it that the buckets of the config are there with their settings, that accounts have their quotas, and that the objects of
 * the buckets are there: by the operations themselves, so that what these refuse is refused. Done again it changes nothing that is
 * as it should be. Throws `ConfigError`, with the path of the first thing that cannot be; what came before that stays.
 */
export async function setUpBuckets(
  setUp: SetUp,
  { buckets, accounts }: Pick<Config, 'buckets' | 'accounts'>,
): Promise<void> {
  const { metadata } = setUp.service.stores
  for (const [index, bucket] of buckets.entries()) await setUpBucket(setUp, bucket, ['buckets', index])
  // Behind what may be refused, so that they do not limit anybody by a config that is not taken over; objects may need them.
  await setUpQuotas(metadata, accounts)
  for (const { name, quota } of buckets) if (quota) await putQuota(metadata, { bucket: name }, quota)
  for (const [index, bucket] of buckets.entries()) await setUpObjects(setUp, bucket, ['buckets', index])
}

type Path = readonly PropertyKey[]

async function setUpBucket(setUp: SetUp, bucket: BucketInput, path: Path): Promise<void> {
  const owner = ownerOf(setUp.service, bucket)
  await at([...path, 'name'], () => createUnlessThere(setUp.service, owner, bucket))
  for (const name of Object.keys(BUCKET_SETTINGS) as BucketSettingName[]) {
    const given = bucket[name]
    if (given !== undefined)
      await at([...path, name], () => putSetting(setUp.service, owner, bucket.name, name, given))
  }
}

async function setUpObjects(setUp: SetUp, bucket: BucketInput, path: Path): Promise<void> {
  const owner = ownerOf(setUp.service, bucket)
  for (const [index, object] of (bucket.objects ?? []).entries()) {
    await at([...path, 'objects', index], () => putUnlessThere(setUp, owner, bucket.name, object))
  }
}

function ownerOf({ accounts }: S3Service, { account }: BucketInput): Account {
  const owner = account === undefined ? accounts.accounts[0] : accounts.findById(account)
  if (!owner) throw new ConfigError(SOURCE, [{ path: 'accounts', message: 'has no account for its buckets' }])
  return owner
}

/** Makes a general purpose bucket, with object lock where it is to have any. Throws what CreateBucket throws. */
export async function createUnlessThere(
  service: S3Service,
  owner: Account,
  { name, objectLock }: Pick<BucketInput, 'name' | 'objectLock'>,
): Promise<void> {
  if (isDirectoryBucketName(name)) throw new S3Error('InvalidBucketName', { BucketName: name })
  const there = await findBucket(service.stores, name)
  if (there?.ownerAccountId === owner.id) return
  const { region } = service.settings
  const input = {
    Bucket: name,
    ...(objectLock && { ObjectLockEnabledForBucket: true }),
    ...(region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: region } }),
  }
  await perform(service, owner, 'CreateBucket', inputOf('CreateBucket', input, []))
}

/** Sees to it that a bucket has a setting. Throws what the operation throws, or `InputFault` for what it does not take. */
export async function putSetting(
  service: S3Service,
  owner: Account,
  Bucket: string,
  name: BucketSettingName,
  given: unknown,
): Promise<void> {
  const { put, get, member } = BUCKET_SETTINGS[name]
  const { input, wanted } = wantedOf(Bucket, name, given)
  if (covers(await settingThere(service, owner, Bucket, get, member), wanted)) return
  await perform(withoutTestMessages(service), owner, put, input)
}

/** Throws `InputFault` for what is not of the setting's form. */
function wantedOf(Bucket: string, name: BucketSettingName, given: unknown) {
  const { put, member } = BUCKET_SETTINGS[name]
  const value = name === 'policy' && typeof given === 'object' ? JSON.stringify(given) : given
  const input = inputOf(put, { Bucket, [member]: value }, [member])
  return { input, wanted: new Map<string, unknown>(Object.entries(input)).get(member) }
}

/** Whoever takes events may start after this server; all else of a destination is checked as for a request. */
function withoutTestMessages(service: S3Service): S3Service {
  const sender = { ...service.eventDestinations.sender, send: async () => {} }
  return { ...service, eventDestinations: { ...service.eventDestinations, sender } }
}

/** As the operation that reads it tells it: under its name, or as the whole answer. */
async function settingThere(
  service: S3Service,
  owner: Account,
  Bucket: string,
  get: OperationName,
  member: string,
): Promise<unknown> {
  try {
    const output = await perform(service, owner, get, inputFromJson(get, { Bucket }))
    return new Map<string, unknown>(Object.entries(output)).get(member) ?? output
  } catch (error) {
    if (error instanceof S3Error) return undefined
    throw error
  }
}

async function assertReadable(
  { service, disk }: SetUp,
  owner: Account,
  Bucket: string,
  object: ObjectInput,
): Promise<void> {
  const { Key } = objectInputOf(Bucket, object)
  if (object.file === undefined || (await isThere(service, owner, Bucket, Key))) return
  await reading(object.file, async (file) => (await disk.openForRead(file)).close())
}

function objectInputOf(Bucket: string, { Body, file, ...members }: ObjectInput) {
  const input = inputOf('PutObject', { ...members, Bucket, IfNoneMatch: '*' }, [])
  if (Body !== undefined && file !== undefined)
    throw new InputFault(['file'], 'expected Body or file, not both')
  return input
}

async function putUnlessThere(
  { service, disk }: SetUp,
  owner: Account,
  Bucket: string,
  object: ObjectInput,
): Promise<void> {
  const { Body, file } = object
  const input = objectInputOf(Bucket, object)
  if (await isThere(service, owner, Bucket, input.Key)) return
  const { body, md5 } =
    file === undefined
      ? bodyOfBytes(Buffer.from(Body ?? ''))
      : await reading(file, (path) => bodyOfFile(disk, path))
  await perform(service, owner, 'PutObject', { ContentMD5: md5, ...input, Body: body })
}

/** A relative path lies in the folder that the process was started in. */
async function reading<Read>(file: string, read: (file: string) => Promise<Read>): Promise<Read> {
  try {
    return await read(file)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    throw new InputFault(['file'], `there is no file ${resolve(file)}`)
  }
}

async function isThere(service: S3Service, owner: Account, Bucket: string, Key: string): Promise<boolean> {
  try {
    await perform(service, owner, 'HeadObject', { Bucket, Key })
    return true
  } catch (error) {
    if (error instanceof S3Error && error.status === 404) return false
    throw error
  }
}

/** Paths of faults begin behind `root`, which is where a config has them. */
function inputOf<Name extends OperationName>(name: Name, json: unknown, root: Path): OperationInputs[Name] {
  try {
    return inputFromJson(name, json)
  } catch (error) {
    if (!(error instanceof InputFault)) throw error
    throw new InputFault(error.path.slice(root.length), error.message)
  }
}

/** What goes wrong in `step` is told with its path in the config. */
async function at(path: Path, step: () => Promise<void>): Promise<void> {
  try {
    await step()
  } catch (cause) {
    const problem = problemOf(path, cause)
    throw problem ? new ConfigError(SOURCE, [problem], { cause }) : cause
  }
}

function problemOf(path: Path, error: unknown): { path: string; message: string } | undefined {
  if (error instanceof InputFault) return { path: jsonPath([...path, ...error.path]), message: error.message }
  if (error instanceof S3Error && error.status < 500)
    return { path: jsonPath(path), message: `${error.code}: ${error.message}${detailsOf(error)}` }
  return undefined
}

/** Which destination, which argument: what an error document has in elements of their own. */
function detailsOf({ fields }: S3Error): string {
  const values = Object.values(fields)
  return values.length === 0 ? '' : ` (${values.join(': ')})`
}
