/** The shapes that the API and the feed speak (docs/api.md). Types only; nothing is exported at run time.
 *
 * @typedef {1|2|3|4} Severity 1 red … 4 blue
 *
 * @typedef {object} Alert
 * @property {number} id
 * @property {number} number
 * @property {string} rule
 * @property {number} rule_version
 * @property {string} kind
 * @property {string} title_zh
 * @property {string} title_en
 * @property {Severity} severity
 * @property {Severity} peak
 * @property {"open"|"acknowledged"|"resolved"} state
 * @property {"active"|"cleared"} condition
 * @property {number|null} thing_id
 * @property {string} thing_zh
 * @property {string} thing_en
 * @property {string} thing_kind
 * @property {number|null} datastream_id
 * @property {number|null} fence_id
 * @property {string} property
 * @property {string} unit
 * @property {number|null} value
 * @property {number|null} limit
 * @property {Record<string, unknown>} values
 * @property {string} standard_zh
 * @property {string} standard_en
 * @property {string} opened_at
 * @property {string} changed_at
 * @property {string|null} cleared_at
 * @property {string|null} acknowledged_at
 * @property {number|null} acknowledged_by
 * @property {number|null} assigned_to
 * @property {string|null} resolved_at
 * @property {number|null} resolved_by
 * @property {string|null} outcome
 * @property {number} comments
 * @property {string} scope
 * @property {string} place_zh
 * @property {string} place_en
 * @property {boolean} simulated
 * @property {number} version
 * @property {number} [lon] from the feed item's geometry
 * @property {number} [lat]
 *
 * @typedef {object} HistoryEntry
 * @property {number} seq
 * @property {string} at
 * @property {string} known_at
 * @property {string} kind
 * @property {string} actor
 * @property {string|null} actor_zh
 * @property {string|null} actor_en
 * @property {Record<string, unknown>|null} did
 * @property {Severity|null} severity
 * @property {number|null} value
 * @property {string|null} state
 * @property {{id: number, words: string|null, author: number, erased: boolean}|null} note
 *
 * @typedef {Alert & {history: HistoryEntry[], rule_definition: Record<string, unknown>|null}} AlertFile
 *
 * @typedef {object} Latest
 * @property {string} time
 * @property {number|null} value
 * @property {string} received_at
 *
 * @typedef {object} Stream
 * @property {number} id
 * @property {string} property
 * @property {string} name_zh
 * @property {string} name_en
 * @property {string} unit
 * @property {number} interval_s
 * @property {Latest|null} latest
 *
 * @typedef {object} Position
 * @property {string} time
 * @property {number} lon
 * @property {number} lat
 * @property {number|null} [speed]
 * @property {number|null} [course]
 * @property {number|null} [accuracy]
 *
 * @typedef {object} Thing
 * @property {number} id
 * @property {string} code
 * @property {string} name_zh
 * @property {string} name_en
 * @property {string} kind
 * @property {number|null} lon
 * @property {number|null} lat
 * @property {string} scope
 * @property {string} place_zh
 * @property {string} place_en
 * @property {boolean} simulated
 * @property {Record<string, unknown>} properties
 * @property {Position|null} position
 * @property {Stream[]} datastreams
 *
 * @typedef {object} Person
 * @property {number} id
 * @property {string} username
 * @property {string} name_zh
 * @property {string} name_en
 * @property {string} role
 * @property {string|null} department
 *
 * @typedef {Person & {areas: string[], language: string, may: string[]}} Me
 * @typedef {object} City
 * @property {string} code
 * @property {string} name_zh
 * @property {string} name_en
 * @property {[number, number, number, number]} bounds west, south, east, north in degrees
 * @property {[number, number]} center
 * @property {string} time_zone
 * @property {string} version
 * @property {boolean} simulated
 *
 * @typedef {object} Fence
 * @property {number} id what an alert's fence_id names
 * @property {string} code what rules name it by
 * @property {string} name_zh
 * @property {string} name_en
 * @property {string} scope
 * @property {boolean} active
 * @property {boolean} simulated
 * @property {number} version one count over all fences
 * @property {GeoJsonPoint} geometry
 *
 * @typedef {object} FeedItem
 * @property {string} topic
 * @property {string} kind
 * @property {string|number} id
 * @property {string} at
 * @property {string} [known_at]
 * @property {number} [seq]
 * @property {string} [actor]
 * @property {string} [scope]
 * @property {GeoJsonPoint|null} [geometry]
 * @property {Record<string, any>} data
 *
 * What a module's topic is about: the public fields, and where it lies.
 * @typedef {Record<string, any> & {geometry: GeoJsonPoint|null, told_at: string, version?: number}} Entity
 *
 * @typedef {{type: string, coordinates: any}} GeoJsonPoint
 * @typedef {object} Series
 * @property {number} datastream
 * @property {string} unit
 * @property {number[]} times milliseconds since 1970
 * @property {(number|null)[]} values
 * @property {number} step_s
 * @property {string|null} newest when the stream was last heard of
 *
 * @typedef {{value: number, severity: Severity, rule: string, title_zh: string, title_en: string}} SeriesLimit
 *
 * @typedef {object} Paint
 * @property {"fill"|"line"|"circle"|"label"} draw
 * @property {Record<string, any>} day
 * @property {Record<string, any>} night
 * @property {Record<string, any>} [where]
 * @property {string} [tile_layer] the layer inside the tile, when it is not the catalogue's code
 * @property {string} [text]
 * @property {string} [text_en]
 * @property {number} [min_zoom]
 * @property {number} [max_zoom]
 *
 * @typedef {object} MapLayer
 * @property {string} code
 * @property {string} title_zh
 * @property {string} title_en
 * @property {string} [group]
 * @property {"vector"|"raster"} kind
 * @property {string} tiles
 * @property {number} minzoom
 * @property {number} maxzoom
 * @property {Paint[]} style
 * @property {string} attribution whose it is; of pictures the newest, `pictures` tell it by day
 * @property {number|null} [age] seconds since the source date
 * @property {string} [source_date]
 * @property {number} [count] features or files in it; 0: nothing has been loaded
 * @property {boolean} [simulated]
 * @property {number[]|null} [bounds] west, south, east, north in degrees
 * @property {string[]} [dates] of a picture: the days it was taken on, ascending
 * @property {import("./map/looks.js").Ramp} [ramp] of a picture of values: what its colours mean
 * @property {import("./map/looks.js").TileStyle[]} [styles] of an elevation model; `look`: the one drawn
 * @property {string} [look]
 *
 * @typedef {object} LinkState
 * @property {"connecting"|"catching up"|"live"|"lost"|"refused"} state
 * @property {number} heard when the last frame came, ms since 1970; 0 never
 * @property {number} [code] the close code of a refusal
 * @typedef {{whole: boolean, items: FeedItem[], gone: {topic: string, id: string}[]}} Diff `whole`: what came before is to be forgotten
 */

export {};
