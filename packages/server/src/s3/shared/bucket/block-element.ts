import type { PublicAccessBlock } from '../../../access/public-access-block.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { PublicAccessBlockConfiguration } from '../../../model/types.gen.ts'

/** A switch that is left out is off. */
export function blockOfElement(element: PublicAccessBlockConfiguration): PublicAccessBlock {
  const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } = element
  return {
    blockPublicAcls: BlockPublicAcls === true,
    ignorePublicAcls: IgnorePublicAcls === true,
    blockPublicPolicy: BlockPublicPolicy === true,
    restrictPublicBuckets: RestrictPublicBuckets === true,
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
