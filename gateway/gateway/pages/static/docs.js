// The API documentation: Swagger UI over the merged description, all of it from this server.
"use strict";

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  tryItOutEnabled: false,
  validatorUrl: null,
  requestInterceptor: (request) => {
    request.headers["x-kefu-csrf"] = "1";
    return request;
  },
});
