{{/* The service's name; the umbrella chart's alias when the value is empty. */}}
{{- define "service.name" -}}
{{- .Values.service | default .Chart.Name -}}
{{- end }}

{{- define "service.fullname" -}}
{{- printf "%s-%s" .Release.Name (include "service.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{- define "service.version" -}}
{{- .Values.global.image.tag | default .Chart.AppVersion -}}
{{- end }}

{{- define "service.image" -}}
{{- printf "%sacorn-%s:%s" .Values.global.image.registry (include "service.name" .) (include "service.version" .) -}}
{{- end }}

{{/* What never changes for as long as an object lives. */}}
{{- define "service.selector" -}}
app.kubernetes.io/name: {{ include "service.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "service.labels" -}}
{{ include "service.selector" . }}
app.kubernetes.io/part-of: acorn
app.kubernetes.io/version: {{ include "service.version" . | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* The settings that are no secrets, by variable. */}}
{{- define "service.settings" -}}
{{- $global := .Values.global -}}
{{- $set := dict
  "ACORN_ENVIRONMENT" $global.environment
  "ACORN_OIDC_ISSUER" (required "global.oidc.issuer is empty: set it to the identity provider that signs your staff in." $global.oidc.issuer)
  "ACORN_OIDC_JWKS_URI" $global.oidc.jwksUri
  "ACORN_KAFKA_BOOTSTRAP" (required "global.kafka.bootstrap is empty: set it to your brokers, as host:port, separated by commas." $global.kafka.bootstrap)
  "ACORN_KAFKA_SECURITY" $global.kafka.security
  "ACORN_KAFKA_SASL_MECHANISM" $global.kafka.saslMechanism
  "ACORN_KAFKA_REPLICATION" ($global.kafka.replication | toString)
-}}
{{- if $global.caConfigMap }}{{ $_ := set $set "ACORN_KAFKA_CA_FILE" "/etc/acorn/ca/ca.crt" }}{{ end -}}
{{- if has "portal" (list (include "service.name" .)) -}}
{{- $_ := set $set "ACORN_PORTAL_URL" (required "global.portalUrl is empty: set it to the address at which people open the portal." $global.portalUrl) -}}
{{- if $global.trustName }}{{ $_ := set $set "ACORN_TRUST_NAME" $global.trustName }}{{ end -}}
{{- end -}}
{{- range .Values.calls }}{{ $_ := set $set (printf "ACORN_%s_URL" (upper .)) (printf "http://%s-%s" $.Release.Name .) }}{{ end -}}
{{- range $name, $value := merge (dict) .Values.settings $global.settings $set }}
{{- if ne (toString $value) "" }}
{{- /* A number of a values file is a float, and 50000000 is written 5e+07 by toString. */}}
{{ $name }}: {{ kindIs "string" $value | ternary $value (toJson $value) | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* The settings that are secrets. */}}
{{- define "service.secrets" -}}
- name: ACORN_MONGODB_URI
  valueFrom:
    secretKeyRef: { name: {{ .Values.global.mongodb.secret }}, key: uri }
{{- if and .Values.events (hasPrefix "SASL" .Values.global.kafka.security) }}
- name: ACORN_KAFKA_USERNAME
  valueFrom:
    secretKeyRef: { name: {{ .Values.global.kafka.secret }}, key: username }
- name: ACORN_KAFKA_PASSWORD
  valueFrom:
    secretKeyRef: { name: {{ .Values.global.kafka.secret }}, key: password }
{{- end }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "service.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "service.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "service.mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if .Values.global.caConfigMap }}
- { name: ca, mountPath: /etc/acorn/ca, readOnly: true }
{{- end }}
{{- end }}

{{- define "service.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 1Gi }
{{- if .Values.global.caConfigMap }}
- name: ca
  configMap: { name: {{ .Values.global.caConfigMap }} }
{{- end }}
{{- end }}

{{/* What a pod is, whatever runs in it. */}}
{{- define "service.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "service.podSecurity" . | nindent 2 }}
{{- with .Values.global.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "service.spread" -}}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "service.selector" $.root | nindent 8 }}
        app.kubernetes.io/component: {{ $.component }}
  {{- end }}
{{- end }}
