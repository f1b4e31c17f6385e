import { resolve } from 'node:path'
import { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../base/clock.ts'
import type { Conditions } from '../base/conditions.ts'
import { systemDisk } from '../base/disk.ts'
import type { Random } from '../base/random.ts'
import type { ServerOptions } from '../server-options.ts'

const MEGABYTE_BYTES = 1024 * 1024
const DAY_MILLISECONDS = 86_400_000

/** The audit log that the config asks for; `undefined` where it asks for none. */
export function openAuditLog(
  { config, dataDirectory = '.', disk = systemDisk }: ServerOptions,
  parts: { readonly conditions: Conditions; readonly clock: Clock; readonly random: Random },
): AuditLog | undefined {
  const { auditLog } = config
  if (!auditLog) return undefined
  const settings = {
    directory: resolve(dataDirectory, auditLog.directory),
    rotateBytes: auditLog.rotateMegabytes * MEGABYTE_BYTES,
    keepMilliseconds: auditLog.keepDays * DAY_MILLISECONDS,
    isRequired: auditLog.isRequired,
  }
  return new AuditLog({ ...parts, disk, settings })
}
