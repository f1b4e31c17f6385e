import {
  DeleteBucketLifecycleCommand,
  type DeleteBucketLifecycleCommandInput,
  GetBucketLifecycleConfigurationCommand,
  type GetBucketLifecycleConfigurationCommandInput,
  type LifecycleRule,
  type NoncurrentVersionTransition,
  PutBucketLifecycleConfigurationCommand,
  type PutBucketLifecycleConfigurationCommandInput,
  type Transition,
} from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { isPlain } from './check-parameters.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { BucketResource } from './resource.ts'

/** A lifecycle rule of the older kind: a prefix instead of a filter, and at most one transition of each sort. */
export interface BucketLifecycleRule extends Omit<
  LifecycleRule,
  'Filter' | 'Transitions' | 'NoncurrentVersionTransitions'
> {
  readonly Transition?: Transition | undefined
  readonly NoncurrentVersionTransition?: NoncurrentVersionTransition | undefined
}

/** The parameters of {@link BucketLifecycle.put}. */
export interface PutBucketLifecycleInput extends Omit<
  PutBucketLifecycleConfigurationCommandInput,
  'Bucket' | 'LifecycleConfiguration' | 'TransitionDefaultMinimumObjectSize'
> {
  readonly LifecycleConfiguration?: { readonly Rules: readonly BucketLifecycleRule[] } | undefined
}

type LoadInput = Unbound<GetBucketLifecycleConfigurationCommandInput, 'Bucket'>

/**
 * The lifecycle of a bucket in its older form; new code uses `BucketLifecycleConfiguration`. The SDK for JavaScript has
 * dropped the older operations, whose requests have the same form, so this one sends the newer. Loads with
 * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html GetBucketLifecycleConfiguration}.
 */
export class BucketLifecycle extends BucketResource<{ Rules: BucketLifecycleRule[] | undefined }, LoadInput> {
  /** The rules. Of several transitions of one rule only the first shows. Ages are in days. */
  get rules() {
    return this.attribute('Rules')
  }

  /** Replaces all rules. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html PutBucketLifecycleConfiguration} */
  put(input: PutBucketLifecycleInput, options?: RequestOptions) {
    const bound = { Bucket: this.bucketName }
    return this.changing(
      send(this.client, PutBucketLifecycleConfigurationCommand, bound, newerInput(input), options),
    )
  }

  /** Removes all rules. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html DeleteBucketLifecycle} */
  delete(input: Unbound<DeleteBucketLifecycleCommandInput, 'Bucket'> = {}, options?: RequestOptions) {
    return this.changing(
      send(this.client, DeleteBucketLifecycleCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  protected async fetch(input: LoadInput | undefined, options?: RequestOptions) {
    const { Rules } = await send(
      this.client,
      GetBucketLifecycleConfigurationCommand,
      { Bucket: this.bucketName },
      input,
      options,
    )
    return { Rules: Rules?.map(olderRule) }
  }
}

/** What is no such input stays as it is, to be refused as all parameters are. */
function newerInput(
  input: PutBucketLifecycleInput,
): Unbound<PutBucketLifecycleConfigurationCommandInput, 'Bucket'> {
  const configuration: unknown = isPlain(input) ? input.LifecycleConfiguration : undefined
  if (!isPlain(configuration) || !('Rules' in configuration) || !Array.isArray(configuration.Rules))
    return input as Unbound<PutBucketLifecycleConfigurationCommandInput, 'Bucket'>
  const Rules = configuration.Rules.map((rule: unknown) =>
    isPlain(rule) ? newerRule(rule as BucketLifecycleRule) : (rule as LifecycleRule),
  )
  return { ...input, LifecycleConfiguration: { ...configuration, Rules } }
}

function newerRule({ Transition, NoncurrentVersionTransition, ...rule }: BucketLifecycleRule): LifecycleRule {
  return {
    ...rule,
    ...(Transition && { Transitions: [Transition] }),
    ...(NoncurrentVersionTransition && { NoncurrentVersionTransitions: [NoncurrentVersionTransition] }),
  }
}

function olderRule(rule: LifecycleRule): BucketLifecycleRule {
  const { Filter: _, Transitions, NoncurrentVersionTransitions, ...common } = rule
  return {
    ...common,
    ...(Transitions && { Transition: Transitions[0] }),
    ...(NoncurrentVersionTransitions && { NoncurrentVersionTransition: NoncurrentVersionTransitions[0] }),
  }
}
