/*
 * Copyright (c) 2026 The tribuo-llm authors. All rights reserved.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.github.tribuollm.llm.hub;

import java.net.URI;

/** What a hub says of a revision, read without one. */
public final class HubListings {
    private static final HubRepository REPOSITORY = HubRepository.parse("hf://owner/name@main");

    private HubListings() {}

    /** Reads a listing; its commit is one. */
    public static void read(byte[] json) {
        HubClient.Listing listing = HubClient.listing(REPOSITORY, URI.create("http://hub.invalid/api"), json);
        if (!HubRepository.isCommit(listing.commit())) {
            throw new AssertionError("accepted the commit " + listing.commit());
        }
    }
}
