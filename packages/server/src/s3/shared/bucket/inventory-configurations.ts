import type { InventoryConfiguration } from '../../../model/types.gen.ts'
import type { ConfigurationList } from './configuration-list.ts'

/** Which reports of its objects a bucket has made. */
export const INVENTORIES: ConfigurationList<InventoryConfiguration> = { name: 'inventory' }
