import type { ContextKeys } from '../../access/request-context.ts'
import { withoutPath } from '../../access/principal.ts'
import { authorizeCall } from '../../identities/authorize-call.ts'
import type { SigningCaller } from '../../identities/signing-caller.ts'
import type { IamUserRow } from '../../metadata/tables/iam-tables.ts'
import type { IamInputs, IamOperationName, IamOutputs, Tag } from '../../model/iam-types.gen.ts'
import { notImplemented, QueryError } from '../../model/query-error.ts'
import type { IamContext } from './iam-service.ts'
import { authorizedEntity, type FoundEntity, type NamedEntity, type TaggedRow } from './named-entity.ts'
import { requestTagKeys } from './tags.ts'
import { users } from './users.ts'

export interface IamOperation {
  readonly name: IamOperationName
  /** The permission it takes. */
  readonly action: `iam:${string}`
  /** `input` has been decoded by the model of this very operation. */
  run(
    input: Readonly<Record<string, unknown>>,
    context: IamContext,
  ): Promise<Readonly<Record<string, unknown>>>
}

/** Declares an operation with its permission, which is named as it is. */
export function defineOperation<Name extends IamOperationName>(
  name: Name,
  declaration: {
    /** Condition keys that the request brings besides its tags. */
    keys?(input: IamInputs[Name]): ContextKeys
    /**
     * What `Tags` take a permission of besides the operation's own, on what is to be made. Source: Service Authorization
     * Reference, "Actions defined by AWS Identity and Access Management (IAM)", dependent actions.
     */
    readonly tagging?: `Tag${string}` & IamOperationName
    /** Members that are not built: whoever sends one must not believe that it has its effect. */
    readonly unsupported?: readonly (keyof IamInputs[Name] & string)[]
    /** The ARN that the permission is on, or `*`. */
    resource(input: IamInputs[Name], context: IamContext): string
    /** The caller with what an account lets its users do without a policy of their own. */
    caller?(context: IamContext): Promise<SigningCaller>
    handle(input: IamInputs[Name], context: IamContext): Promise<IamOutputs[Name]>
  },
): IamOperation {
  const action = `iam:${name}` as const
  const run = async (given: Readonly<Record<string, unknown>>, context: IamContext) => {
    const strange = declaration.unsupported?.find((member) => given[member] !== undefined)
    if (strange !== undefined) throw notImplemented(strange)
    const input = given as unknown as IamInputs[Name]
    const resource = declaration.resource(input, context)
    const caller = (await declaration.caller?.(context)) ?? context.caller
    const { Tags: tags } = given as { readonly Tags?: readonly Tag[] }
    const tagKeys = requestTagKeys(tags)
    const keys = { ...tagKeys, ...declaration.keys?.(input) }
    authorizeCall(context.service, caller, { action, resource, keys })
    if (declaration.tagging && tags && tags.length > 0) {
      authorizeCall(context.service, caller, {
        action: `iam:${declaration.tagging}`,
        resource,
        keys: tagKeys,
      })
    }
    return (await declaration.handle(input, context)) as unknown as Readonly<Record<string, unknown>>
  }
  return { name, action, run }
}

export interface EntityDeclaration<Row, Name extends IamOperationName> {
  /** Condition keys that the request brings, or that tell of the one it is about, besides its tags. */
  keys?(input: IamInputs[Name], row: Row | undefined): ContextKeys
  handle(found: FoundEntity<Row>, input: IamInputs[Name], context: IamContext): Promise<IamOutputs[Name]>
}

/** Declares an operation on the one that a member of the input names. Whoever may not do it learns nothing of whether there is such a one. */
export function defineEntityOperation<Row extends TaggedRow, Name extends IamOperationName>(
  entity: NamedEntity<Row>,
  name: Name,
  member: 'GroupName' | 'RoleName' | 'InstanceProfileName',
  declaration: EntityDeclaration<Row, Name>,
): IamOperation {
  const action = `iam:${name}` as const
  const run = async (given: Readonly<Record<string, unknown>>, context: IamContext) => {
    const input = given as unknown as IamInputs[Name]
    const keysOf = (row: Row | undefined) => declaration.keys?.(input, row)
    const found = await authorizedEntity(entity, String(given[member]), action, context, keysOf)
    const output = await declaration.handle(found, input, context)
    return output as unknown as Readonly<Record<string, unknown>>
  }
  return { name, action, run }
}

type NamesUser<Name extends IamOperationName> = IamInputs[Name] extends {
  readonly UserName?: string | undefined
}
  ? Name
  : never

interface UserDeclaration<Name extends IamOperationName> extends EntityDeclaration<IamUserRow, Name> {
  /** Where a root user asks without naming anybody; absent where the name is required. */
  handleRoot?(input: IamInputs[Name], context: IamContext): Promise<IamOutputs[Name]>
  /** Whether the name that a root user gives is its own. */
  meansRoot?(input: IamInputs[Name], caller: SigningCaller): boolean
}

/**
 * Declares an operation on the user that `UserName` names, or where it may be left out on the one who asks. Whoever may not do
 * it learns nothing of whether there is such a user.
 */
export function defineUserOperation<Name extends IamOperationName>(
  name: NamesUser<Name>,
  declaration: UserDeclaration<Name>,
): IamOperation {
  const action = `iam:${name}` as const
  const run = async (given: Readonly<Record<string, unknown>>, context: IamContext) => {
    const input = given as unknown as IamInputs[Name]
    const output = await handleUser(action, declaration, input, context)
    return output as unknown as Readonly<Record<string, unknown>>
  }
  return { name, action, run }
}

async function handleUser<Name extends IamOperationName>(
  action: string,
  declaration: UserDeclaration<Name>,
  input: IamInputs[Name],
  context: IamContext,
): Promise<IamOutputs[Name]> {
  const { caller } = context
  const { UserName: given } = input as { readonly UserName?: string | undefined }
  const isRoot = caller.principal.kind === 'account'
  if (isRoot && declaration.handleRoot && (given === undefined || declaration.meansRoot?.(input, caller))) {
    return declaration.handleRoot(input, context)
  }
  const name = given ?? ownName(caller)
  const user = await authorizedEntity(users, name, action, context, (row) => declaration.keys?.(input, row))
  return declaration.handle(user, input, context)
}

/** Throws ValidationError where the caller is no user. */
function ownName({ principal }: SigningCaller): string {
  if (principal.kind === 'user') return withoutPath(principal.name)
  throw new QueryError('ValidationError', 'Must specify userName when calling with non-User credentials')
}
