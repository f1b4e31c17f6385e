import { type Command, InvalidArgumentError, Option } from 'commander'
import { withStoreOptions } from './add-store-commands.ts'
import type { BackupOptions } from './backup.ts'
import type { RestoreOptions } from './restore.ts'
import type { VerifyOptions } from './verify.ts'

/** The commands that keep a store in a second place, and bring it back (docs/operations.md, “Backups”). */
export function addBackupCommands(program: Command): void {
  addBackup(program)
  addRestore(program)
  addVerify(program)
}

function addBackup(program: Command): void {
  withStoreOptions(
    program
      .command('backup <dir>')
      .description('add this moment of the store to the backup in a folder; servers may go on running')
      .addOption(
        new Option('--keep <n>', 'forget all but the newest N moments afterwards').argParser(parseCount),
      )
      .option('--list', 'show the moments that the backup holds, and make none')
      .option('--follow', 'make one moment after the other, until SIGTERM or SIGINT; needs --keep')
      .addOption(
        new Option('--every <seconds>', 'how long --follow waits between them')
          .argParser(parseCount)
          .default(60, '60'),
      ),
  ).action(async (dir: string, options: BackupOptions, command: Command) => {
    if (options.follow && options.keep === undefined)
      command.error('error: --follow needs --keep, or each moment would stay for ever')
    const { backup } = await import('./backup.ts')
    await backup(dir, options)
  })
}

function addRestore(program: Command): void {
  withStoreOptions(
    program
      .command('restore <dir>')
      .description('make a store of a moment of the backup in a folder; the data folder has to be empty')
      .addOption(momentOption()),
  ).action(async (dir: string, options: RestoreOptions) => {
    const { restore } = await import('./restore.ts')
    await restore(dir, options)
  })
}

function addVerify(program: Command): void {
  withStoreOptions(
    program
      .command('verify <dir>')
      .description('hold the backup in a folder and the store against each other; servers may go on running')
      .addOption(momentOption())
      .option('--alone', 'look at the backup alone: where the store is on another machine'),
  ).action(async (dir: string, options: VerifyOptions) => {
    const { verify } = await import('./verify.ts')
    await verify(dir, options)
  })
}

function momentOption(): Option {
  return new Option('--moment <n>', 'which moment; without it the newest').argParser(parseCount)
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1 on.')
  return Number(text)
}
