import type { PublicAccessBlock } from '../../../access/public-access-block.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { PublicAccessBlockConfiguration } from '../../../model/types.gen.ts'

const nothingBlocked: PublicAccessBlock = {
  blockPublicAcls: false,
  ignorePublicAcls: false,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
}

/** A switch that is left out is off, unless `otherwise` says something else of it. */
export function blockOfElement(
  element: PublicAccessBlockConfiguration,
  otherwise: PublicAccessBlock = nothingBlocked,
): PublicAccessBlock {
  const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } = element
  return {
    blockPublicAcls: BlockPublicAcls ?? otherwise.blockPublicAcls,
    ignorePublicAcls: IgnorePublicAcls ?? otherwise.ignorePublicAcls,
    blockPublicPolicy: BlockPublicPolicy ?? otherwise.blockPublicPolicy,
    restrictPublicBuckets: RestrictPublicBuckets ?? otherwise.restrictPublicBuckets,
  }
}

/**
 * The same of a configuration that is put. Throws InvalidRequest where it says nothing of any switch: AWS's pages leave that open,
 * S3 was seen to refuse it (awslabs/aws-sdk-rust#819).
 */
export function statedBlock(element: PublicAccessBlockConfiguration): PublicAccessBlock {
  if (Object.values(element).every((value) => value === undefined)) {
    throw new S3Error('InvalidRequest', {}, { message: 'Must specify at least one configuration.' })
  }
  return blockOfElement(element)
}

export function elementOfBlock(block: PublicAccessBlock): PublicAccessBlockConfiguration {
  return {
    BlockPublicAcls: block.blockPublicAcls,
    IgnorePublicAcls: block.ignorePublicAcls,
    BlockPublicPolicy: block.blockPublicPolicy,
    RestrictPublicBuckets: block.restrictPublicBuckets,
  }
}
