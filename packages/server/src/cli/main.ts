import { Command, Option } from 'commander'
import { addContext, type ExplainOptions } from './explain-options.ts'
import { addImport, addImportIam, addImportSettings } from './import-options.ts'
import { addBackupCommands } from './add-backup-commands.ts'
import { addStoreCommands, withStoreOptions } from './add-store-commands.ts'
import { addressText } from '../config/listen-address.ts'
import type { DoctorOptions } from './doctor.ts'
import { ownVersion } from '../base/own-version.ts'
import {
  addAcceptance,
  addDomain,
  addOne,
  DEFAULT_ADDRESS,
  DEFAULT_CONSOLE,
  DEFAULT_DATA,
  defaultWorkers,
  parseAddress,
  parseWorkers,
  type ServeOptions,
} from './serve-options.ts'
import type { RotateRootKeyOptions } from './rotate-root-key.ts'
import { watchOutput } from './watch-output.ts'

/** The command line. Ends the process where there is nothing more to do; sets its exit code. */
export async function main(args: readonly string[]): Promise<void> {
  watchOutput()
  const program = createProgram(async (options) => {
    // Loaded late: `--help` and `--version` need nothing of the server.
    const { serve } = await import('./serve.ts')
    await serve(options)
  })
  await program.parseAsync(args, { from: 'user' })
}

export function createProgram(serve: (options: ServeOptions) => Promise<void>): Command {
  const program = new Command('holdfast')
    .description('An object store that speaks Amazon S3.')
    .version(ownVersion(), '-v, --version')
    .showHelpAfterError('(holdfast --help shows what there is)')
  program
    .command('serve')
    .description('serve S3 until SIGTERM or SIGINT')
    .option('--data <dir>', 'folder that holds everything stored; made if absent', DEFAULT_DATA)
    .addOption(
      new Option('--address <host:port>', 'where to listen; port 0 takes a free one')
        .argParser(parseAddress)
        .default(DEFAULT_ADDRESS, addressText(DEFAULT_ADDRESS)),
    )
    .addOption(consoleOption())
    .option('--no-console', 'serve no web console')
    .option(
      '--config <file>',
      'JSON file with accounts and settings; without it the first start makes an account',
    )
    .addOption(domainOption())
    .option('--ready-scripts <dir>', 'run the scripts in this folder once the server is ready')
    .addOption(
      new Option('--workers <n>', 'processes that share the address and the data folder')
        .argParser(parseWorkers)
        .default(defaultWorkers(), 'one for each core, at most 8'),
    )
    .option('--no-restart', 'serve in this very process: when it ends, something else has to start it again')
    .addOption(certificateOption())
    .addOption(keyOption())
    .option('--new', 'begin a new store in a folder that has lost its metadata; moves aside what is left')
    .addOption(
      new Option('--accept <loss>', 'go on without what is lost, once; may be repeated (docs/operations.md)')
        .argParser(addAcceptance)
        .default([], 'nothing'),
    )
    .addHelpText('after', ENVIRONMENT_HELP)
    .action(async (options: ServeOptions, command: Command) => {
      assertPairs(options, command)
      if (options.restart) return serve(options)
      if (options.workers > 1 && command.getOptionValueSource('workers') === 'cli') {
        command.error('error: --no-restart is for one process; workers are started again by the first')
      }
      await serve({ ...options, workers: 1 })
    })
  program
    .command('rotate-root-key')
    .description('make a new root key and seal all keys of the store under it; servers may go on running')
    .option('--data <dir>', 'folder that holds everything stored', DEFAULT_DATA)
    .option('--config <file>', 'the config that the servers run with')
    .option('--finish', 'make no new one; remove older root keys, an hour after they were replaced')
    .action(async (options: RotateRootKeyOptions) => {
      const { rotateRootKeyCommand } = await import('./rotate-root-key.ts')
      await rotateRootKeyCommand(options)
    })
  addExplain(program)
  addDoctor(program)
  addStoreCommands(program)
  addImport(program)
  addImportIam(program)
  addImportSettings(program)
  addBackupCommands(program)
  for (const command of program.commands)
    command.showHelpAfterError(`(holdfast ${command.name()} --help shows what there is)`)
  return program
}

function addDoctor(program: Command): void {
  const description =
    'say what is wrong with all that a server needs, and what to do; servers may go on running'
  withStoreOptions(program.command('doctor').description(description))
    .addOption(domainOption())
    .addOption(consoleOption())
    .option('--no-console', 'the servers have no web console')
    .addOption(certificateOption())
    .addOption(keyOption())
    .action(async (options: DoctorOptions, command: Command) => {
      assertPairs(options, command)
      const { doctor } = await import('./doctor.ts')
      await doctor(options)
    })
}

function consoleOption(): Option {
  return new Option(
    '--console <host:port>',
    `where the web console is; ${addressText(DEFAULT_CONSOLE)} if neither this nor the config says`,
  ).argParser(parseAddress)
}

function domainOption(): Option {
  return new Option('--domain <name>', 'serve bucket.NAME as well as NAME/bucket; may be repeated')
    .argParser(addDomain)
    .default([], 'none')
}

function certificateOption(): Option {
  return new Option(
    '--tls-cert <file>',
    'certificate chain (PEM), for HTTPS; may be repeated for other names',
  )
    .argParser(addOne)
    .default([], 'none')
}

function keyOption(): Option {
  return new Option('--tls-key <file>', 'private key (PEM) of the certificate; one for each, in their order')
    .argParser(addOne)
    .default([], 'none')
}

function assertPairs({ tlsCert, tlsKey }: Pick<ServeOptions, 'tlsCert' | 'tlsKey'>, command: Command): void {
  if (tlsCert.length !== tlsKey.length)
    command.error('error: HTTPS needs both --tls-cert and --tls-key, one key for each certificate')
}

function addExplain(program: Command): void {
  program
    .command('explain')
    .description('say why a request is, or would be, allowed or denied; servers may go on running')
    .option(
      '--as <who>',
      'anonymous, an account (its id, ARN or access key id), user/NAME, role/NAME, or the ARN of one or of a session',
    )
    .option('--principal <who>', 'the same as --as')
    .requiredOption('--action <name>', 'for example s3:GetObject, kms:Decrypt or sts:AssumeRole')
    .requiredOption(
      '--resource <arn>',
      'arn:aws:s3:::bucket, arn:aws:s3:::bucket/key, or the ARN of a key or role',
    )
    .option('--version-id <id>', 'a version of the object')
    .option(
      '--session-policy <policy>',
      'what narrows the session of a role, or a federated one: JSON, or the ARN of a policy; may be repeated',
      addOne,
    )
    .option('--federated-by <who>', 'who began a federated session; the root user if not given')
    .addOption(
      new Option('--context <key=value>', 'a condition key of the request; may be repeated')
        .argParser(addContext)
        .default({}, 'none'),
    )
    .option('--data <dir>', 'folder that holds everything stored', DEFAULT_DATA)
    .option('--config <file>', 'the config that the servers run with')
    .option('--json', 'print the explanation as JSON')
    .action(async (options: ExplainOptions, command: Command) => {
      if ((options.as === undefined) === (options.principal === undefined)) {
        command.error('error: say who with --as')
      }
      const { explain } = await import('./explain.ts')
      await explain(options)
    })
}

const ENVIRONMENT_HELP = `
Environment:
  HOLDFAST_ACCESS_KEY, HOLDFAST_SECRET_KEY  access key of the first account, in place of its own
  HOLDFAST_CONFIG                           the text of a config file, in place of --config
  HOLDFAST_BUCKETS                          names of buckets, with commas between, that are made if absent
  HOLDFAST_READY_SCRIPTS                    the same as --ready-scripts
  HOLDFAST_ROOT_KEYS                        root keys (base64, newest first), in place of those in the data folder
  HOLDFAST_VAULT_TOKEN, HOLDFAST_VAULT_SECRET_ID  what logs in to Vault, where the config chooses it
  HOLDFAST_METADATA_PASSWORD                of the database that the config chooses, where it names no passwordFile
  HOLDFAST_METRICS_TOKEN                    the bearer token that /-/metrics asks for, in place of metrics.tokenFile
  HOLDFAST_LOG_LEVEL                        debug, info (default), warn, error or silent`
