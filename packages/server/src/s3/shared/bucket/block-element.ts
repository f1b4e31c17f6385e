import type { PublicAccessBlock } from '../../../access/public-access-block.ts'
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

export function elementOfBlock(block: PublicAccessBlock): PublicAccessBlockConfiguration {
  return {
    BlockPublicAcls: block.blockPublicAcls,
    IgnorePublicAcls: block.ignorePublicAcls,
    BlockPublicPolicy: block.blockPublicPolicy,
    RestrictPublicBuckets: block.restrictPublicBuckets,
  }
}
