import { SetMetadata } from '@nestjs/common';

/** Where a route keeps that it is costly. */
export const COSTLY = 'hub:costly';

/** Declares that a request of this route costs much, here or elsewhere: LIMIT_COSTLY_REQUESTS counts it. */
export const Costly = () => SetMetadata(COSTLY, true);
