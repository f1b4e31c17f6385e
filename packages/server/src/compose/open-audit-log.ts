import { resolve } from 'node:path'
import { AuditLog } from '../audit/audit-log.ts'
import { AuditSpool } from '../audit/audit-spool.ts'
import { AUDIT_LOG, AuditWebhookWorker } from '../background/audit-webhook-worker.ts'
import type { Clock } from '../base/clock.ts'
import type { Conditions } from '../base/conditions.ts'
import { DAY_MILLISECONDS } from '../base/day.ts'
import { systemDisk } from '../base/disk.ts'
import type { Random } from '../base/random.ts'
import type { AuditLogConfig } from '../config/config.ts'
import { WebhookSender } from '../http/webhook-sender.ts'
import type { ServerOptions } from '../server-options.ts'

const MEGABYTE_BYTES = 1024 * 1024

const auditDirectory = ({ directory }: AuditLogConfig, dataDirectory = '.'): string =>
  resolve(dataDirectory, directory)

/** Sends on what the audit log tells, where the config asks for it. */
export function openAuditWebhook(
  { config: { auditLog }, dataDirectory, disk = systemDisk }: ServerOptions,
  { conditions, clock, random }: AuditParts,
): AuditWebhookWorker | undefined {
  if (!auditLog?.webhook) return undefined
  const spool = new AuditSpool(disk, random, auditDirectory(auditLog, dataDirectory))
  const webhooks = new Map([[AUDIT_LOG, auditLog.webhook]])
  const sender = new WebhookSender(webhooks, { contentType: 'application/x-ndjson' })
  return new AuditWebhookWorker({ spool, sender, clock, conditions })
}

interface AuditParts {
  readonly conditions: Conditions
  readonly clock: Clock
  readonly random: Random
}

/** The audit log that the config asks for; `undefined` where it asks for none. */
export function openAuditLog(
  { config, dataDirectory, disk = systemDisk }: ServerOptions,
  parts: AuditParts,
): AuditLog | undefined {
  const { auditLog } = config
  if (!auditLog) return undefined
  const settings = {
    directory: auditDirectory(auditLog, dataDirectory),
    isSentOn: auditLog.webhook !== undefined,
    rotateBytes: auditLog.rotateMegabytes * MEGABYTE_BYTES,
    keepMilliseconds: auditLog.keepDays * DAY_MILLISECONDS,
    isRequired: auditLog.isRequired,
  }
  return new AuditLog({ ...parts, disk, settings })
}
