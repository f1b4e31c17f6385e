import { actionAccess, allowAny, serviceAccess } from '../../../access/policy/service-access.ts'
import { inSlices } from '../../../base/in-slices.ts'
import {
  ACCESSED_SERVICES,
  type AccessedService,
  TRACKED_ACTIONS,
} from '../../../identities/tracked-actions.ts'
import type { UsesOfEntity } from '../../../identities/service-uses.ts'
import type {
  AccessedServiceRow,
  IamServiceAccessPieceRow,
  ServiceUse,
} from '../../../metadata/tables/service-access-tables.ts'
import type { IamService } from '../../shared/iam-service.ts'
import { TOLD_FOR_MILLISECONDS } from '../../shared/role-last-used.ts'
import { entitiesNow } from './entities.ts'
import { addPiece, type ReportId } from './report-rows.ts'
import type { ReportSource } from './report-source.ts'

const ENTITIES_A_PIECE = 200

/** Between turns of requests. */
const ENTITIES_AT_ONCE = 100

/** A user or role, and what it used of late. */
interface ReportedEntity {
  readonly id: string
  readonly arn: string
  readonly uses: UsesOfEntity
}

/** Works out the report that was begun: writes the users and roles of it, and returns the services. */
export async function makeReport(
  service: IamService,
  id: ReportId,
  source: ReportSource,
  isOfActions: boolean,
): Promise<readonly AccessedServiceRow[]> {
  const said = source.policies.map(({ text }) => serviceAccess(text))
  const services = ACCESSED_SERVICES.filter((name) => allowAny(said.map((accessTo) => accessTo(name))))
  const entities = await reportedEntities(service, await source.entityIds())
  await writePieces(service, id, services, entities)
  const actionsOf = isOfActions ? allowedActions(source) : () => []
  const accesses = accessesOf(entities)
  return services.map((name) => {
    const actions = actionsOf(name).map((action) => ({
      name: action,
      ...accesses.get(`${name}:${action}`)?.last,
    }))
    const { count = 0, last } = accesses.get(name) ?? {}
    return { name, entities: count, ...last, ...(actions.length > 0 && { actions }) }
  })
}

/** Users first, each kind by its ARNs; without those that are gone meanwhile. */
async function reportedEntities(service: IamService, ids: readonly string[]): Promise<ReportedEntity[]> {
  const { metadata, keyUses, clock } = service
  const since = clock.now().getTime() - TOLD_FOR_MILLISECONDS
  const entities: ReportedEntity[] = []
  for await (const some of inSlices(ids, ENTITIES_AT_ONCE)) {
    const found = [...(await entitiesNow(metadata, some)).values()]
    const uses = await keyUses.services.findMany(found.map(({ Id }) => Id))
    entities.push(
      ...found.map(({ Id: id, Arn: arn }, index) => ({ id, arn, uses: usesSince(uses[index] ?? {}, since) })),
    )
  }
  return entities.toSorted((one, other) => compareTexts(keyOf(one), keyOf(other)))
}

function usesSince(uses: UsesOfEntity, since: number): UsesOfEntity {
  return Object.fromEntries(Object.entries(uses).filter(([, { atMilliseconds }]) => atMilliseconds >= since))
}

function keyOf({ id, arn }: ReportedEntity): string {
  return `${id.startsWith('AROA') ? 1 : 0} ${arn}`
}

function compareTexts(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}

async function writePieces(
  { metadata }: IamService,
  id: ReportId,
  services: readonly AccessedService[],
  entities: readonly ReportedEntity[],
): Promise<void> {
  if (services.length === 0) return
  for (let at = 0; at < entities.length; at += ENTITIES_A_PIECE) {
    const piece: IamServiceAccessPieceRow = {
      entities: entities.slice(at, at + ENTITIES_A_PIECE).map(({ id: entityId, uses }) => ({
        id: entityId,
        atMilliseconds: Object.fromEntries(
          services.flatMap((name) => (uses[name] ? [[name, uses[name].atMilliseconds]] : [])),
        ),
      })),
    }
    await addPiece(metadata, id, at / ENTITIES_A_PIECE, piece)
  }
}

function allowedActions({ policies }: ReportSource): (service: AccessedService) => readonly string[] {
  const said = policies.map(actionAccess)
  return (service) =>
    TRACKED_ACTIONS[service].filter((name) =>
      allowAny(said.map((accessTo) => accessTo(`${service}:${name}`))),
    )
}

interface Accesses {
  /** How many used it. */
  readonly count: number
  readonly last: { readonly use: ServiceUse; readonly by: string }
}

/** By services and actions. */
function accessesOf(entities: readonly ReportedEntity[]): ReadonlyMap<string, Accesses> {
  const accesses = new Map<string, Accesses>()
  for (const { arn, uses } of entities) {
    for (const [what, use] of Object.entries(uses)) {
      const { count = 0, last } = accesses.get(what) ?? {}
      const isLater = !last || use.atMilliseconds > last.use.atMilliseconds
      accesses.set(what, { count: count + 1, last: isLater ? { use, by: arn } : last })
    }
  }
  return accesses
}
