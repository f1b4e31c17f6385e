import { resolve } from 'node:path'
import { Conditions } from '../../base/conditions.ts'
import { DiskReserve } from '../../base/disk-reserve.ts'
import { flushTime } from '../../base/flush-time.ts'
import { silentLog } from '../../base/log.ts'
import { mountOf } from '../../base/mounts.ts'
import { pathRights } from '../../base/path-rights.ts'
import { placeFolders } from '../open-stores.ts'
import { type Patient, type Say, sentence } from './patient.ts'

const MIB = 2 ** 20
/** Less than this share of a disk is worth a word. */
const LITTLE = 0.1
/** No disk is so fast: not even one whose cache a battery keeps. */
const IMPOSSIBLE_MILLISECONDS = 0.01
/** Every write waits for one flush or more. */
const SLOW_MILLISECONDS = 50

const IN_MEMORY = /^(tmpfs|ramfs)$/
const OF_NETWORK = /^(nfs\d?|cifs|smb3|smbfs|9p|afs|ceph|glusterfs|lustre|fuse\..*|fuse)$/

/** Whether each disk of a store has room and takes writes, and what kind of disk it is. */
export async function lookAtDisks(patient: Patient, say: Say): Promise<void> {
  const { dataDirectory, config } = patient
  const places = placeFolders(dataDirectory, { config })
  const folders = [
    { folder: resolve(dataDirectory, 'metadata'), what: 'the metadata' },
    ...places.map(({ name, directory }) => ({
      folder: directory,
      what: name === 'blobs' ? 'the blobs' : `storage class ${name}`,
    })),
  ]
  for (const { folder, what } of folders) {
    if (await pathRights(folder)) await lookAtRoom(patient, folder, what, say)
  }
  await lookAtMounts([{ folder: dataDirectory, what: 'the data folder' }, ...folders], say)
}

async function lookAtRoom(patient: Patient, folder: string, what: string, say: Say): Promise<void> {
  const { disk, random, clock, config } = patient
  const { reserveMegabytes } = config.storage
  const reserve = new DiskReserve({
    disk,
    random,
    clock,
    folder,
    what,
    name: 'disk',
    conditions: new Conditions(clock, silentLog),
    reserveBytes: reserveMegabytes === undefined ? undefined : reserveMegabytes * MIB,
  })
  const reason = await reserve.look({ try: true })
  const { freeBytes, totalBytes } = await disk.space(folder)
  const left = `${Math.floor(freeBytes / MIB)} MiB of ${Math.floor(totalBytes / MIB)} are free in ${folder}`
  if (reason !== undefined) say('wrong', `${sentence(reason)} (${left}). Free some, or make the disk larger.`)
  else if (freeBytes < totalBytes * LITTLE) say('note', `Only ${left}.`)
}

/** A disk is told of once, whatever is on it. */
async function lookAtMounts(
  folders: readonly { readonly folder: string; readonly what: string }[],
  say: Say,
): Promise<void> {
  const told = new Set<string>()
  for (const { folder, what } of folders) {
    const mount = (await pathRights(folder)) && (await mountOf(folder))
    if (!mount || told.has(mount.kind)) continue
    const isFatal = what === 'the data folder' || what === 'the metadata'
    const { kind, options } = mount
    if (IN_MEMORY.test(kind))
      say('note', `${folder} is in memory (${kind}): it is gone when the machine stops.`)
    else if (OF_NETWORK.test(kind) && isFatal)
      say(
        'wrong',
        `${folder} is on a network disk or one of another program (${kind}), where LMDB is not safe. Put the data folder on a disk of this machine.`,
      )
    else if (OF_NETWORK.test(kind))
      say('note', `${folder} is on a network disk (${kind}): what a flush holds is up to that machine.`)
    else if (options.includes('nobarrier') || options.includes('barrier=0'))
      say(
        'wrong',
        `${folder} is mounted without barriers: a loss of power loses what was acknowledged. Mount it without that option.`,
      )
    else continue
    told.add(kind)
  }
}

/** Whether a flush holds what it says, as far as its time tells. Writes a little, which is gone afterwards. */
export async function lookAtFlushes(patient: Patient, say: Say): Promise<void> {
  const { dataDirectory } = patient
  const milliseconds = await flushTime(patient, dataDirectory)
  const kind = (await mountOf(dataDirectory))?.kind ?? ''
  if (milliseconds < IMPOSSIBLE_MILLISECONDS && !IN_MEMORY.test(kind))
    say(
      'note',
      `A flush takes ${(milliseconds * 1000).toFixed(1)} µs, which no disk does: something in between answers before the bytes are safe. Look at the settings of the virtual machine or the controller.`,
    )
  if (milliseconds > SLOW_MILLISECONDS)
    say(
      'note',
      `A flush takes ${milliseconds.toFixed(0)} ms, and every write waits for one: the disk is slow, or busy.`,
    )
}
