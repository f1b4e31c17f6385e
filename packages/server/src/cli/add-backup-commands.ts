import { type Command, InvalidArgumentError, Option } from 'commander'
import { withEndpointOptions, withStoreOptions } from './add-store-commands.ts'
import { parseRate } from './import-options.ts'
import type { BackupOptions } from './backup.ts'
import type { RestoreOptions } from './restore.ts'
import type { RestoreBucketOptions } from './restore-bucket.ts'
import type { VerifyOptions } from './verify.ts'

/** The commands that keep a store in a second place, and bring it back (docs/operations.md, “Backups”). */
export function addBackupCommands(program: Command): void {
  addBackup(program)
  addRestore(program)
  addVerify(program)
}

function addBackup(program: Command): void {
  withPlaceOptions(
    program
      .command('backup [place]')
      .description(
        'add this moment of the store to a backup, in a folder or s3://BUCKET/PREFIX; servers may go on running',
      )
      .option('--to <place>', 'the same as the argument')
      .addOption(
        new Option('--keep <n>', 'forget all but the newest N moments afterwards').argParser(parseCount),
      )
      .option('--list', 'show the moments that the backup holds, and make none')
      .option('--follow', 'make one moment after the other, until SIGTERM or SIGINT; needs --keep')
      .addOption(
        new Option('--every <seconds>', 'how long --follow waits between them')
          .argParser(parseCount)
          .default(60, '60'),
      )
      .addOption(
        new Option(
          '--bandwidth <rate>',
          'write so many bytes a second at the most, for example 20M',
        ).argParser(parseRate),
      ),
  ).action(async (argument: string | undefined, options: BackupOptions, command: Command) => {
    const place = argument ?? options.to
    if (place === undefined || (argument !== undefined && options.to !== undefined))
      return command.error('error: name one place for the backup: a folder, or s3://BUCKET/PREFIX')
    if (options.follow && options.keep === undefined)
      command.error('error: --follow needs --keep, or each moment would stay for ever')
    const { backup } = await import('./backup.ts')
    await backup(place, options)
  })
}

function addRestore(program: Command): void {
  withPlaceOptions(
    program
      .command('restore <place>')
      .description(
        'make a store of a moment of a backup, in an empty data folder; or bring one bucket of it into the store that it is of, beside its servers',
      )
      .option('--link', 'let files of the backup be files of the store, without a copy: for a standby')
      .addOption(momentOption())
      .option('--skip-damaged', 'bring all else where blobs of the backup are damaged or missing')
      .option('--bucket <name>', 'this bucket alone, as a new one; what is there stays as it is')
      .option('--as <name>', 'with --bucket: what it is called from now on, where its name is in use')
      .option('--dry-run', 'with --bucket: look, and bring nothing')
      .option('--give-up', 'with --bucket: take away what a run left that was cut off'),
  ).action(async (place: string, options: RestoreOptions & RestoreBucketOptions, command: Command) => {
    const { bucket, link, as, dryRun, giveUp } = options
    if (bucket === undefined) {
      if (as !== undefined || dryRun || giveUp)
        return command.error('error: --as, --dry-run and --give-up are for --bucket')
      const { restore } = await import('./restore.ts')
      return restore(place, options)
    }
    if (link) command.error('error: --link is for a whole store: the files of one bucket are copied')
    const { restoreBucketCommand } = await import('./restore-bucket.ts')
    await restoreBucketCommand(place, { ...options, bucket })
  })
}

function addVerify(program: Command): void {
  withPlaceOptions(
    program
      .command('verify <place>')
      .description('hold a backup and the store against each other; servers may go on running')
      .addOption(momentOption())
      .option('--alone', 'look at the backup alone: where the store is on another machine')
      .addOption(
        new Option(
          '--mend',
          'copy blobs anew that the backup has damaged or lacks, where the store has them',
        ).conflicts('alone'),
      ),
  ).action(async (place: string, options: VerifyOptions) => {
    const { verify } = await import('./verify.ts')
    await verify(place, options)
  })
}

function withPlaceOptions(command: Command): Command {
  return withEndpointOptions(withStoreOptions(command))
}

function momentOption(): Option {
  return new Option('--moment <n>', 'which moment; without it the newest').argParser(parseCount)
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1 on.')
  return Number(text)
}
