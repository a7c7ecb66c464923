/** What Google's package for Cloud Tasks leaves to others: locations, and the details of errors, by package. */
export const COMMON_PROTOS: Readonly<Record<string, object>> = {
  // https://github.com/googleapis/googleapis/blob/master/google/cloud/location/locations.proto
  "google.cloud.location": {
    Locations: {
      methods: {
        ListLocations: {
          requestType: "ListLocationsRequest",
          responseType: "ListLocationsResponse",
          options: { "(google.api.http).get": "/v2/{name=projects/*}/locations" },
        },
        GetLocation: {
          requestType: "GetLocationRequest",
          responseType: "Location",
          options: { "(google.api.http).get": "/v2/{name=projects/*/locations/*}" },
        },
      },
    },
    ListLocationsRequest: {
      fields: {
        name: { type: "string", id: 1 },
        filter: { type: "string", id: 2 },
        pageSize: { type: "int32", id: 3 },
        pageToken: { type: "string", id: 4 },
      },
    },
    ListLocationsResponse: {
      fields: {
        locations: { rule: "repeated", type: "Location", id: 1 },
        nextPageToken: { type: "string", id: 2 },
      },
    },
    GetLocationRequest: { fields: { name: { type: "string", id: 1 } } },
    Location: {
      fields: {
        name: { type: "string", id: 1 },
        labels: { keyType: "string", type: "string", id: 2 },
        locationId: { type: "string", id: 4 },
        displayName: { type: "string", id: 5 },
      },
    },
  },

  // https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
  "google.rpc": {
    ErrorInfo: {
      fields: {
        reason: { type: "string", id: 1 },
        domain: { type: "string", id: 2 },
        metadata: { keyType: "string", type: "string", id: 3 },
      },
    },
    BadRequest: {
      fields: { fieldViolations: { rule: "repeated", type: "FieldViolation", id: 1 } },
      nested: {
        FieldViolation: {
          fields: { field: { type: "string", id: 1 }, description: { type: "string", id: 2 } },
        },
      },
    },
    LocalizedMessage: {
      fields: { locale: { type: "string", id: 1 }, message: { type: "string", id: 2 } },
    },
    Help: {
      fields: { links: { rule: "repeated", type: "Link", id: 1 } },
      nested: {
        Link: {
          fields: { description: { type: "string", id: 1 }, url: { type: "string", id: 2 } },
        },
      },
    },
  },
};
