import { dirname, join, resolve } from 'node:path'
import { assertUsable, pathRights } from '../../base/path-rights.ts'
import { errorCode } from '../../base/storage-fault.ts'
import { CREDENTIALS_FILE } from '../../config/first-start.ts'
import { assertSeparate } from '../identity/separate-folders.ts'
import { foldersOf, placeFolders } from '../open-stores.ts'
import type { Machine, Patient, Say } from './patient.ts'

/** Of files and folders of a store; a disk has others besides, such as `lost+found`. */
const OWN_NAME = /^([0-9a-f]{2}|\d{8}|reached-.*|.*\.(mdb|json))$/

/** Whether there is a data folder; where there is none, it is one that can be made. */
export async function isThere({ disk, dataDirectory }: Machine, say: Say): Promise<boolean> {
  try {
    await disk.list(dataDirectory)
    return true
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    await assertUsable(await nearestFolder(dirname(resolve(dataDirectory))))
    say('note', `There is no data folder ${dataDirectory} yet: the first holdfast serve makes it.`)
    return false
  }
}

async function nearestFolder(path: string): Promise<string> {
  return (await pathRights(path)) || dirname(path) === path ? path : nearestFolder(dirname(path))
}

/** Whether this user may use all that belongs to a store, others may not, and all of it is one user's. */
export async function lookAtFolder(patient: Patient, say: Say): Promise<void> {
  const { disk, dataDirectory, config } = patient
  await assertSeparate(disk, foldersOf(dataDirectory, { config }))
  const owner = (await pathRights(dataDirectory))?.ownerId
  const pieces = [
    'metadata',
    'root-keys',
    CREDENTIALS_FILE,
    ...placeFolders(dataDirectory, { config }).map(({ directory }) => directory),
  ].map((piece) => resolve(dataDirectory, piece))
  for (const path of [dataDirectory, ...pieces]) {
    const rights = await pathRights(path)
    if (!rights) continue
    await assertUsable(path)
    if (rights.ownerId !== owner) say('wrong', foreignText(path))
  }
  await lookInFolders(patient, say)
  await lookAtSecrets(patient, say)
  await lookAtAuditLog(patient, say)
}

/**
 * Files that a command of another user left: what servers read at their start, and the first level of each folder of blobs, as there may
 * be too many to look at all.
 */
async function lookInFolders({ disk, dataDirectory, config }: Patient, say: Say): Promise<void> {
  const owner = (await pathRights(dataDirectory))?.ownerId
  const places = placeFolders(dataDirectory, { config }).map(({ directory }) => directory)
  for (const folder of ['metadata', 'root-keys', ...places].map((name) => resolve(dataDirectory, name))) {
    const foreign: string[] = []
    for (const name of (await pathRights(folder)) ? await disk.list(folder) : []) {
      const rights = OWN_NAME.test(name) && (await pathRights(join(folder, name)))
      if (rights && rights.ownerId !== owner) foreign.push(join(folder, name))
    }
    const [path] = foreign
    const others = foreign.length > 1 ? ` (and ${foreign.length - 1} more there)` : ''
    if (path !== undefined) say('wrong', foreignText(`${path}${others}`))
  }
}

function foreignText(what: string): string {
  return `${what} is another user's than the data folder, as when a command ran as root. Give all of it to the user that the servers run as: chown -R.`
}

async function lookAtAuditLog(
  { disk, dataDirectory, config: { auditLog } }: Patient,
  say: Say,
): Promise<void> {
  if (!auditLog) return
  const directory = resolve(dataDirectory, auditLog.directory)
  try {
    const folder = await nearestFolder(directory)
    await disk.list(folder)
    await assertUsable(folder)
  } catch (error) {
    const loss = auditLog.isRequired ? 'every request is refused' : 'no request is told of'
    say(
      'wrong',
      `The audit log cannot be written in ${directory} (${errorCode(error)}), so ${loss}. Give the user of the servers the right to, or name another folder in the config (auditLog.directory).`,
    )
  }
}

/** Secrets that other users of the machine can come to. */
async function lookAtSecrets({ disk, dataDirectory }: Patient, say: Say): Promise<void> {
  const isOpen = async (path: string): Promise<boolean> => (await pathRights(path))?.isOpenToOthers === true
  if (!(await isOpen(dataDirectory))) return
  const rootKeys = join(dataDirectory, 'root-keys')
  const names = (await isOpen(rootKeys)) ? await disk.list(rootKeys) : []
  const secrets = names.map((name) => join(rootKeys, name)).filter((path) => /\d{8}$/.test(path))
  for (const path of [...secrets, join(dataDirectory, CREDENTIALS_FILE)]) {
    if (await isOpen(path))
      say('wrong', `Every user of this machine may read ${path}, which is secret: chmod 600.`)
  }
}
