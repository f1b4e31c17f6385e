import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { awkwardFileNames } from '../support/awkward-keys.ts'
import { createBucket, listKeys, putObject, sortedAsKeys } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { manyPaths, readTree, writeTree } from '../support/file-tree.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { requireFurtherClient } from './further-clients.ts'
import { clientRoom } from './client-room.ts'

let program: string

const room = clientRoom(async (context) => {
  program = await requireFurtherClient(context, 'mc')
})

function mc(...words: string[]): Promise<CommandResult> {
  const { accessKeyId, secretAccessKey } = room.server.credentials
  return runCommand(program, ['--quiet', ...words], {
    directory: room.folder.path,
    timeoutMilliseconds: clientTimeoutMilliseconds,
    environment: {
      HOME: room.folder.path,
      MC_CONFIG_DIR: join(room.folder.path, '.mc'),
      // Read as it is, not decoded.
      MC_HOST_test: `http://${accessKeyId}:${secretAccessKey}@127.0.0.1:${room.server.port}`,
    },
  })
}

describe.skipIf(!isLarge)('mc', { timeout: clientTimeoutMilliseconds }, () => {
  it('mirrors a tree up and down, and finds no difference', async () => {
    const bucket = await createBucket(room.server, 'mc-tree')
    const tree = await writeTree(join(room.folder.path, 'tree'), [...manyPaths(100), ...awkwardFileNames])
    await mc('mirror', 'tree', `test/${bucket}`)
    expect(await listKeys(room.server, bucket)).toEqual(sortedAsKeys(tree.keys()))
    expect((await mc('diff', 'tree', `test/${bucket}`)).text).toBe('')
    await mc('mirror', `test/${bucket}`, 'back')
    expect(await readTree(join(room.folder.path, 'back'))).toEqual(tree)
    await mc('rm', '--recursive', '--force', `test/${bucket}`)
    expect(await listKeys(room.server, bucket)).toEqual([])
  })

  it('asks by SQL', async () => {
    const bucket = await createBucket(room.server, 'mc-sql')
    await putObject(room.server, bucket, 'people.csv', 'name,age\nAda,36\nGrace,85\n')
    const query = 'select s.name from S3Object s where cast(s.age as int) > 40'
    expect((await mc('sql', '--query', query, `test/${bucket}/people.csv`)).text).toBe('Grace\n')
  })

  it('makes a bucket, copies in parts, reads back, signs a URL, and removes', async () => {
    await mc('mb', 'test/mc-made')
    const content = contentOf('mc', 40_000_003)
    await writeFile(join(room.folder.path, 'large'), content)
    await mc('cp', 'large', 'test/mc-made/ä b+c')
    await mc('cp', 'test/mc-made/ä b+c', 'test/mc-made/copied')
    for (const name of ['ä b+c', 'copied']) {
      expect((await mc('cat', `test/mc-made/${name}`)).stdout.equals(content)).toBe(true)
    }
    const { text } = await mc('--json', 'share', 'download', '--expire', '1m', 'test/mc-made/ä b+c')
    const { share } = JSON.parse(text) as { share: string }
    const answer = await fetch(share)
    expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true)
    await mc('rb', '--force', 'test/mc-made')
    expect((await mc('ls', 'test')).text).not.toContain('mc-made')
  })

  it('keeps versions, tags, and metadata', async () => {
    const bucket = await createBucket(room.server, 'mc-versions')
    await mc('version', 'enable', `test/${bucket}`)
    await writeFile(join(room.folder.path, 'one'), 'one')
    await mc('cp', '--attr', 'kind=a test', 'one', `test/${bucket}/file`)
    await mc('tag', 'set', `test/${bucket}/file`, 'colour=green')
    expect((await mc('tag', 'list', `test/${bucket}/file`)).text).toContain('green')
    expect((await mc('stat', `test/${bucket}/file`)).text).toMatch(/kind\s*: a test/iu)
    await mc('rm', `test/${bucket}/file`)
    expect((await mc('ls', '--versions', `test/${bucket}`)).text).toMatch(/DEL file[^]*PUT file/)
    await mc('undo', '--force', `test/${bucket}/file`)
    expect((await mc('cat', `test/${bucket}/file`)).text).toBe('one')
  })
})
