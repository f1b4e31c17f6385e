import type { Command } from 'commander'
import { DEFAULT_DATA } from './serve-options.ts'
import type { StoreOptions } from './store-commands.ts'

type StoreCommand = 'showWorkers' | 'showUploads' | 'scrub'

/** The commands that look into a data folder, beside its servers or without. */
export function addStoreCommands(program: Command): void {
  add(program, 'workers', 'show what the background workers did, when, and how much is left', 'showWorkers')
  add(program, 'uploads', 'show the open multipart uploads and the bytes that they hold', 'showUploads')
  add(program, 'scrub', 'read everything now and hold it against its checksums; deletes nothing', 'scrub')
}

function add(program: Command, name: string, description: string, command: StoreCommand): void {
  program
    .command(name)
    .description(`${description}; servers may go on running`)
    .option('--data <dir>', 'folder that holds everything stored', DEFAULT_DATA)
    .option('--config <file>', 'the config that the servers run with')
    .option('--json', 'print JSON')
    .action(async (options: StoreOptions) => {
      const commands = await import('./store-commands.ts')
      await commands[command](options)
    })
}
