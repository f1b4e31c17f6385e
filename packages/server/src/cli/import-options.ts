import { type Command, InvalidArgumentError, Option } from 'commander'
import { addOne, DEFAULT_DATA } from './serve-options.ts'

/** `holdfast import`, as it was asked for. */
export interface ImportCommandOptions {
  readonly from: URL
  readonly bucket: readonly string[]
  readonly to?: string
  readonly prefix: string
  readonly account?: string
  readonly mapAccount: ReadonlyMap<string, string>
  readonly profile?: string
  readonly region?: string
  readonly anonymous?: true
  readonly insecure?: true
  readonly parallel: number
  readonly bandwidth?: number
  readonly settings: boolean
  readonly metadata?: true
  readonly dryRun?: true
  readonly data: string
  readonly config?: string
  readonly json?: true
}

export function addImport(program: Command): void {
  program
    .command('import')
    .description(
      'bring buckets from another S3 endpoint, with versions, times and settings; servers may go on running',
    )
    .addOption(
      new Option('--from <url>', 'the endpoint, for example https://minio.example.com:9000')
        .argParser(parseOrigin)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--bucket <name>', 'a bucket there; may be repeated')
        .argParser(addOne)
        .default([], 'all of them'),
    )
    .option('--to <name>', 'what the bucket is called here', undefined)
    .option('--prefix <text>', 'only keys that begin with it', '')
    .option('--account <id>', 'the account that owns what is brought (default: the first of the config)')
    .addOption(
      new Option('--map-account <there=here>', 'a canonical id of ACLs there, and that of an account here')
        .argParser(addAccount)
        .default(new Map(), 'none'),
    )
    .option('--profile <name>', 'a profile of ~/.aws/credentials, in place of AWS_ACCESS_KEY_ID and its like')
    .option('--region <name>', 'the region of the endpoint (default: AWS_REGION, or us-east-1)')
    .option('--anonymous', 'sign nothing: for buckets that everybody may read')
    .option('--insecure', 'take any certificate of the endpoint')
    .addOption(
      new Option('--parallel <n>', 'objects that are brought at once').argParser(parseParallel).default(32),
    )
    .addOption(
      new Option('--bandwidth <rate>', 'bytes a second at the most, for example 20M').argParser(parseRate),
    )
    .option('--no-settings', 'leave the settings of buckets that are here as they are')
    .option('--metadata', 'compare tags, ACLs and locks of versions that are here too: a request for each')
    .option('--dry-run', 'bring nothing; count what would be brought')
    .option('--data <dir>', 'folder that holds everything stored', DEFAULT_DATA)
    .option('--config <file>', 'the config that the servers run with')
    .option('--json', 'print JSON, an object a line')
    .action(async (options: ImportCommandOptions, command: Command) => {
      if (options.to !== undefined && options.bucket.length !== 1)
        command.error('error: --to is for one --bucket')
      const { importCommand } = await import('./import.ts')
      await importCommand(options)
    })
}

/** What commands have in common that bring an archive of a MinIO. */
export interface ImportArchiveOptions {
  readonly account?: string
  readonly data: string
  readonly config?: string
  readonly json?: true
}

/** `holdfast import-iam`, as it was asked for. */
export interface ImportIamOptions extends ImportArchiveOptions {
  readonly root?: string
}

export function addImportIam(program: Command): void {
  program
    .command('import-iam')
    .description(
      'bring the users, groups, policies and service accounts of a MinIO, with their keys; servers may go on running',
    )
    .argument('<archive>', 'what `mc admin cluster iam export` made')
    .option('--account <id>', 'the account whose users they become (default: the first of the config)')
    .option('--root <name>', "the name of MinIO's root user: its service accounts come too")
    .option('--data <dir>', 'folder that holds everything stored', DEFAULT_DATA)
    .option('--config <file>', 'the config that the servers run with')
    .option('--json', 'print JSON, an object a line')
    .action(async (file: string, options: ImportIamOptions) => {
      const { importIamCommand } = await import('./import-iam.ts')
      await importIamCommand(file, options)
    })
}

export function addImportSettings(program: Command): void {
  program
    .command('import-settings')
    .description(
      "bring the settings of a MinIO's buckets, and make those that are not there; servers may go on running",
    )
    .argument('<archive>', 'what `mc admin cluster bucket export` made')
    .option(
      '--account <id>',
      'the account that owns buckets that are made (default: the first of the config)',
    )
    .option('--data <dir>', 'folder that holds everything stored', DEFAULT_DATA)
    .option('--config <file>', 'the config that the servers run with')
    .option('--json', 'print JSON, an object a line')
    .action(async (file: string, options: ImportArchiveOptions) => {
      const { importSettingsCommand } = await import('./import-settings.ts')
      await importSettingsCommand(file, options)
    })
}

function parseOrigin(text: string): URL {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new InvalidArgumentError('Write http://HOST:PORT or https://HOST.')
  if (url.username !== '' || url.password !== '') {
    const message =
      'Keys do not belong into the address, where everybody on this machine can read them: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
    throw new InvalidArgumentError(message)
  }
  return url
}

function addAccount(text: string, others: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, there, here] = /^([^=]+)=([^=]+)$/.exec(text) ?? []
  if (there === undefined || here === undefined)
    throw new InvalidArgumentError('Write THERE=HERE, two canonical ids.')
  return new Map([...others, [there, here]])
}

const MOST_PARALLEL = 1000

function parseParallel(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > MOST_PARALLEL)
    throw new InvalidArgumentError(`Write a number from 1 to ${MOST_PARALLEL}.`)
  return count
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9 }

/** `20M`: in powers of 1,000, as the progress is told. */
export function parseRate(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([KMG]?)$/i.exec(text) ?? []
  const rate = Number(digits) * (UNITS[unit.toUpperCase()] ?? NaN)
  if (!(rate >= 1)) throw new InvalidArgumentError('Write bytes a second, for example 500K or 20M.')
  return rate
}
