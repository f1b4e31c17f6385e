import type {
  $Command,
  S3Client,
  S3ClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-s3'
import { faultOf, faultOfMetadata, isPlain, ParameterError } from './check-parameters.ts'

type SdkOptions = NonNullable<Parameters<S3Client['send']>[1]>

/** What any single request may be given beside its parameters: an abort signal, a time limit. */
export type RequestOptions = { readonly [Name in keyof SdkOptions]: SdkOptions[Name] | undefined }

/** The parameters of an operation without those that the resource binds. */
export type Unbound<Input, Bound extends keyof Input = never> = Omit<Input, Bound>

/** The class of a command of the SDK. */
export type CommandClass<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = new (
  input: Input,
) => $Command<Input, Output, S3ClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>

/** Sends what the caller gave, beside what is bound. Rejects with {@link ParameterError} where that makes no request. */
export async function send<
  Input extends ServiceInputTypes,
  Output extends ServiceOutputTypes,
  Bound extends Partial<Input>,
>(
  client: S3Client,
  Command: CommandClass<Input, Output>,
  bound: Bound,
  input: Omit<Input, keyof Bound> | undefined,
  options?: RequestOptions,
): Promise<Output> {
  // It takes no heed of what is undefined, though its types know nothing of that.
  return client.send(commandOf(Command, bound, input), options as SdkOptions)
}

/**
 * The command, its parameters checked against the SDK's own schema of them, as boto3 checks them: JavaScript has no
 * compiler that refuses `{ prefix: 'tmp/' }`, and a listing without its prefix is one of everything.
 */
export function commandOf<
  Input extends ServiceInputTypes,
  Output extends ServiceOutputTypes,
  Bound extends Partial<Input>,
>(Command: CommandClass<Input, Output>, bound: Bound, input: Omit<Input, keyof Bound> | undefined) {
  const command = new Command(withBound(bound, input) as unknown as Input)
  const { schema } = command
  // Of an SDK that has none there is no telling what it would send.
  if (!Array.isArray(schema)) throw new Error('This version of @aws-sdk/client-s3 has no schemas')
  const fault = faultOf(schema[4] as () => never, command.input) ?? faultOfMetadata(command.input)
  if (fault) throw new ParameterError(`${schema[2]}${placeOf(command.input)}: ${fault}`)
  return command
}

/** The parameters given with those that are bound, none of which may be given otherwise. */
export function withBound<Bound extends object, Input extends object>(
  bound: Bound,
  input: Input | undefined,
): Bound & Input {
  if (input !== undefined && !isPlain(input)) {
    throw new ParameterError(`The parameters${placeOf(bound)} must be an object`)
  }
  const given = new Map(Object.entries(input ?? {}))
  for (const [name, value] of Object.entries(bound)) {
    if (given.has(name) && given.get(name) !== value) {
      throw new ParameterError(`${name}${placeOf(bound)} is not to be given: it is bound`)
    }
  }
  return { ...(input as Input), ...bound }
}

/** ` of photos/cat.jpg`, where the parameters name it. */
function placeOf(input: object): string {
  const { Bucket, Key } = input as { Bucket?: unknown; Key?: unknown }
  const place = [Bucket, Key].filter((name) => typeof name === 'string').join('/')
  return place && ` of ${place}`
}
