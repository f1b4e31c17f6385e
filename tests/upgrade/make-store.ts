/**
 * `node tests/upgrade/make-store.ts COMMIT NAME`: has an older Holdfast, that of a commit, fill a store, and keeps it with what that
 * version told of it as `stores/NAME.tar.zst`. Run once for each version of the format; what it made is what counts.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { constants, zstdCompressSync } from 'node:zlib'
import { mainAccount, mainCredentials, otherAccount, testRegion } from '../support/accounts.ts'
import { freePort } from '../support/free-port.ts'
import { s3Client } from '../support/s3-client.ts'
import { allOfStore } from './all-of-store.ts'
import { fillStore } from './fill-store.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const [commit = 'HEAD', name = 'today'] = process.argv.slice(2)
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-old-'))
const tree = join(scratch, 'tree')
const kept = join(scratch, name)
const config = join(scratch, 'config.json')
const command = join(tree, 'packages/server/bin/holdfast.js')

mkdirSync(tree)
mkdirSync(kept)
execFileSync('tar', ['-x', '-C', tree], {
  input: execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 30 }),
})
symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
writeFileSync(config, JSON.stringify({ region: testRegion, accounts: [mainAccount, otherAccount] }))
const port = await freePort()
const data = ['--data', join(kept, 'data'), '--config', config]
const line = [command, 'serve', ...data, '--address', `127.0.0.1:${port}`, '--workers', '1']
const server = spawn(process.execPath, line, { stdio: 'inherit' })
const ended = once(server, 'exit')
const url = `http://127.0.0.1:${port}`
while (
  !(await fetch(`${url}/-/ready`)
    .then(({ ok }) => ok)
    .catch(() => false))
)
  await delay(50)
const address = { url, credentials: mainCredentials }
const userKey = await fillStore(address)
const told = await allOfStore(s3Client(address))
server.kill('SIGTERM')
await ended
const hasBackups = existsSync(join(tree, 'packages/server/src/backup'))
if (hasBackups)
  execFileSync(process.execPath, [command, 'backup', join(kept, 'backup'), ...data], { stdio: 'inherit' })
writeFileSync(join(kept, 'told.json'), JSON.stringify({ commit, userKey, told }, undefined, 1))
rmSync(join(kept, 'data/metadata/lock.mdb'), { force: true })
const tar = execFileSync('tar', ['-c', '--sparse', '--sort=name', '-C', kept, '.'], { maxBuffer: 2 ** 30 })
const level = { [constants.ZSTD_c_compressionLevel]: 19 }
writeFileSync(join(root, 'tests/upgrade/stores', `${name}.tar.zst`), zstdCompressSync(tar, { params: level }))
rmSync(scratch, { recursive: true })
