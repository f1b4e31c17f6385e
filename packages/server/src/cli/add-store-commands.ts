import { Argument, type Command } from 'commander'
import type { AccountsAction, AccountsOptions } from './accounts.ts'
import type { CopyStoreOptions } from './copy-store.ts'
import { DEFAULT_DATA } from './serve-options.ts'
import type { QuotaAction, QuotaOptions } from './quota.ts'
import type { QuarantineAction, QuarantineOptions } from './quarantine.ts'
import type { RepairOptions } from './repair.ts'
import type { ReplicationAction } from './replication.ts'
import type { StoreOptions } from './with-store.ts'

type StoreCommand = 'showWorkers' | 'showUploads' | 'showUsage' | 'scrub'

/** The commands that look into a data folder, beside its servers or without. */
export function addStoreCommands(program: Command): void {
  add(program, 'workers', 'show what the background workers did, when, and how much is left', 'showWorkers')
  add(program, 'uploads', 'show the open multipart uploads and the bytes that they hold', 'showUploads')
  add(program, 'usage', 'show how many objects and bytes each bucket holds', 'showUsage')
  add(program, 'scrub', 'read everything now and hold it against its checksums; deletes nothing', 'scrub')
  addQuota(program)
  addQuarantine(program)
  addRepair(program)
  addAccounts(program)
  addReplication(program)
  addCopyStore(program)
}

function addCopyStore(program: Command): void {
  program
    .command('copy-store')
    .description(
      'copy a whole store into other engines, and hold both against each other; stop its servers first',
    )
    .option('--from <config>', 'the config that the servers of the store ran with')
    .requiredOption('--from-data <dir>', 'its data folder')
    .option('--to <config>', 'the config of the copy: another database, or none')
    .requiredOption('--to-data <dir>', 'the data folder of the copy: empty but for root-keys/')
    .option('--json', 'print JSON')
    .action(async (options: CopyStoreOptions) => {
      const { copyStoreCommand } = await import('./copy-store.ts')
      await copyStoreCommand(options)
    })
}

function addQuota(program: Command): void {
  const description = 'list, set and remove quotas of buckets and accounts; servers may go on running'
  withStoreOptions(program.command('quota').description(description))
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'set', 'remove']).default('list'))
    .option('--bucket <name>', 'set, remove: of this bucket')
    .option('--account <id>', 'set, remove: of all buckets of this account together')
    .option('--bytes <n>', 'set: the most bytes of all versions and parts, as 500MiB or 10TB')
    .option('--objects <n>', 'set: the most object versions')
    .action(async (action: QuotaAction, options: QuotaOptions) => {
      const { quota } = await import('./quota.ts')
      await quota(action, options)
    })
}

function addQuarantine(program: Command): void {
  const description = 'list, put back or delete blobs that nothing names, which are kept for seven days'
  withStoreOptions(program.command('quarantine').description(description))
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'restore', 'purge']).default('list'))
    .argument('[ids...]', 'of the blobs to put back or delete')
    .option('--all', 'all of them')
    .action(async (action: QuarantineAction, ids: string[], options: QuarantineOptions) => {
      const { quarantine } = await import('./quarantine.ts')
      await quarantine(action, ids, options)
    })
}

function addRepair(program: Command): void {
  const description =
    'take out rows that cannot be read and objects whose bytes are lost, after asking; stop the servers first'
  withEndpointOptions(withStoreOptions(program.command('repair').description(description)))
    .option('--from <place>', 'first put back what this backup has whole: a folder, or s3://BUCKET/PREFIX')
    .option('--yes', 'do not ask')
    .action(async (options: RepairOptions) => {
      const { repair } = await import('./repair.ts')
      await repair(options)
    })
}

function addAccounts(program: Command): void {
  const actions: readonly AccountsAction[] = ['list', 'add', 'disable', 'enable', 'rotate-keys']
  const description = 'list accounts, and add and change those of the store; servers may go on running'
  withStoreOptions(program.command('accounts').description(description))
    .addArgument(new Argument('[action]', 'what to do').choices(actions).default('list'))
    .argument('[account]', 'the name of a new account, or the name or id of one of the store')
    .option('--id <id>', 'add: 12 digits; random ones if not given')
    .option('--email <address>', 'add: for grants that name it by its address')
    .option('--display-name <name>', 'add: what answers show of an owner; the name if not given')
    .option('--access-key-id <id>', 'add, rotate-keys: a key that is brought in, from 3 characters')
    .option('--secret-access-key-file <file>', 'add, rotate-keys: a file with its secret, from 8 characters')
    .option('--keep-old', 'rotate-keys: let the newest key before go on working')
    .action(async (action: AccountsAction, account: string | undefined, options: AccountsOptions) => {
      const { accounts } = await import('./accounts.ts')
      await accounts(action, account, options)
    })
}

function addReplication(program: Command): void {
  const actions: readonly ReplicationAction[] = ['status', 'retry', 'existing']
  const description =
    'show what waits to be replicated, and leave to the rules of a bucket what failed, or was there before them; servers may go on running'
  withStoreOptions(program.command('replication').description(description))
    .addArgument(new Argument('[action]', 'what to do').choices(actions).default('status'))
    .argument('[bucket]', 'status: count its versions by their statuses')
    .action(async (action: ReplicationAction, bucket: string | undefined, options: StoreOptions) => {
      const { replication } = await import('./replication.ts')
      await replication(action, bucket, options)
    })
}

/** What every command takes that looks into a data folder. */
export function withStoreOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'folder that holds everything stored', DEFAULT_DATA)
    .option('--config <file>', 'the config that the servers run with')
    .option('--json', 'print JSON')
}

/** What the commands take that may speak to a bucket elsewhere. */
export function withEndpointOptions(command: Command): Command {
  return command
    .option('--endpoint <url>', 'of s3://BUCKET/PREFIX (default: AWS_ENDPOINT_URL, or Amazon)')
    .option('--region <name>', 'of that endpoint (default: AWS_REGION, or us-east-1)')
    .option('--profile <name>', 'a profile of ~/.aws/credentials, in place of AWS_ACCESS_KEY_ID and its like')
    .option('--insecure', 'take any certificate of the endpoint')
}

function add(program: Command, name: string, description: string, command: StoreCommand): void {
  withStoreOptions(program.command(name).description(`${description}; servers may go on running`)).action(
    async (options: StoreOptions) => {
      const commands = await import('./store-commands.ts')
      await commands[command](options)
    },
  )
}
