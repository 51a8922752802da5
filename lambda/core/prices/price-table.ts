/**
 * On-demand prices of EC2 instances, Linux, shared tenancy, US dollars. Written by build/prices/refresh-prices.ts.
 * Prices in us-east-1: aws/karpenter-provider-aws, pkg/providers/pricing/zz_generated.pricing_aws.go; mac-m* as of 2026-10.
 * Regions: Apache Libcloud 3.9.1, libcloud/data/pricing.json, over us-east-1 on that day.
 */

/** The day of the prices in us-east-1. */
export const PRICES_DATED = '2026-02-09';
/** The day of the regions' factors. */
export const REGIONS_DATED = '2025-03-02';

/** `family=` dollars per hour of an `xlarge` in us-east-1, then `,size=` dollars of each size off that line. */
export const FAMILIES = `
a1=0.102,metal=0.408 c1=0.52 c3=0.21 c4=0.199 c5=0.17,metal=4.08 c5a=0.154 c5ad=0.172 c5d=0.192,metal=4.608
c5n=0.216,metal=3.888 c6a=0.153,metal=7.344 c6g=0.136,metal=2.3066 c6gd=0.1536,metal=2.6051 c6gn=0.1728
c6i=0.17,metal=5.44 c6id=0.2016,metal=6.4512 c6in=0.2268,metal=7.2576 c7a=0.20528,metal-48xl=9.8534
c7g=0.145,metal=2.32 c7gd=0.1814,metal=2.903 c7gn=0.2496,metal=3.9936 c7i-flex=0.16958
c7i=0.1785,metal-48xl=8.568 c8a=0.21554,metal-48xl=10.346 c8g=0.15952,metal-48xl=7.657
c8gb=0.237,metal-24xl=6.0293,metal-48xl=11.376 c8gd=0.19596,metal-48xl=9.4061
c8gn=0.237,metal-24xl=6.0293,metal-48xl=11.376 c8i-flex=0.17804 c8i=0.18742,metal-96xl=17.992
c8id=0.22176,metal-96xl=21.289 cr1=0.4375 d2=0.69 d3=0.4995 d3en=0.5257 dl1=0.54621 dl2q=0.37163 f1=0.825
f2=0.33 g2=0.325 g3=0.285 g3s=0.75 g4ad=0.21675,2xlarge=0.54117,xlarge=0.37853
g4dn=0.272,12xlarge=3.912,2xlarge=0.752,4xlarge=1.204,metal=7.824,xlarge=0.526
g5=0.33933,12xlarge=5.672,16xlarge=4.096,2xlarge=1.212,4xlarge=1.624,8xlarge=2.448,xlarge=1.006
g5g=0.1715,2xlarge=0.556,4xlarge=0.828,metal=2.744,xlarge=0.42
g6=0.27813,12xlarge=4.6016,16xlarge=3.3968,2xlarge=0.9776,4xlarge=1.3232,8xlarge=2.0144,xlarge=0.8048
g6e=0.62773,12xlarge=10.493,16xlarge=7.5772,2xlarge=2.2421,4xlarge=3.0042,8xlarge=4.5286,xlarge=1.861
g6f=0.2375,large=0.202 g7e=0.69051,2xlarge=3.3631,4xlarge=3.9982,8xlarge=5.2682 gr6=0.3848,8xlarge=2.4464
gr6f=0.2665 h1=0.234 hpc6a=0.06 hpc6id=0.17813 hpc7a=0.075,12xlarge=7.2,24xlarge=7.2,48xlarge=7.2
hpc7g=0.1052,4xlarge=1.6832,8xlarge=1.6832 i2=0.853 i3=0.312,metal=4.992 i3en=0.452,metal=10.848 i4g=0.30888
i4i=0.3432,metal=10.982 i7i=0.3775,metal-24xl=9.6204,metal-48xl=19.241
i7ie=0.5198,metal-24xl=13.284,metal-48xl=26.569 i8g=0.3432 i8ge=0.4746,metal-24xl=12.131,metal-48xl=24.263
im4gn=0.36379 inf1=0.19667,2xlarge=0.362,xlarge=0.228 inf2=0.27044,8xlarge=1.9679,xlarge=0.7582
is4gen=0.5763 m1=0.35 m2=0.245 m3=0.266 m4=0.2 m5=0.192,metal=4.608 m5a=0.172 m5ad=0.206
m5d=0.226,metal=5.424 m5dn=0.272,metal=6.528 m5n=0.238,metal=5.712 m5zn=0.3303,metal=4.3605
m6a=0.1728,metal=8.2944 m6g=0.154,metal=2.6112 m6gd=0.1808,metal=3.0664 m6i=0.192,metal=6.144
m6id=0.2373,metal=7.5936 m6idn=0.31824,metal=10.184 m6in=0.27846,metal=8.9107 m7a=0.23184,metal-48xl=11.128
m7g=0.1632,metal=2.6112 m7gd=0.2136,metal=3.4171 m7i-flex=0.19152 m7i=0.2016,metal-48xl=9.6768
m8a=0.24344,metal-48xl=11.685 m8g=0.17952,metal-48xl=8.617 m8gb=0.291 m8gd=0.23064,metal-48xl=11.071
m8gn=0.291 m8i-flex=0.2011 m8i=0.21168,metal-48xl=10.161,metal-96xl=20.321
m8id=0.26104,metal-48xl=12.53,metal-96xl=25.06 mac-m3ultra=0.26042,metal=12.5 mac-m4=0.025625,metal=1.23
mac-m4max=0.13021,metal=6.25 mac-m4pro=0.041042,metal=1.97 mac1=0.022562,metal=1.083
mac2-m1ultra=0.10417,metal=5 mac2-m2=0.018292,metal=0.878 mac2-m2pro=0.0325,metal=1.56
mac2=0.013542,metal=0.65 p2=0.9 p3=1.53 p3dn=1.3005 p4d=0.9149 p4de=1.1436 p5=1.72,48xlarge=55.04
p5en=1.3187 p6-b200=2.3736 r3=0.333 r4=0.266 r5=0.252,metal=6.048 r5a=0.226 r5ad=0.262
r5b=0.298,metal=7.8672 r5d=0.288,metal=6.912 r5dn=0.334,metal=8.016 r5n=0.298,metal=7.152
r6a=0.2268,metal=10.886 r6g=0.2016,metal=3.4191 r6gd=0.2304,metal=3.9076 r6i=0.252,metal=8.064
r6id=0.3024,metal=9.6768 r6idn=0.39078,metal=12.505 r6in=0.34866,metal=11.157 r7a=0.3043,metal-48xl=14.606
r7g=0.2142,metal=3.4272 r7gd=0.2722,metal=4.3546 r7i=0.2646,metal-48xl=12.701 r7iz=0.372
r8a=0.31952,metal-48xl=15.337 r8g=0.23564,metal-48xl=11.311 r8gb=0.36436,metal-24xl=18.539,metal-48xl=17.489
r8gd=0.29392,metal-48xl=14.108 r8gn=0.3644,metal-24xl=9.2693,metal-48xl=17.489 r8i-flex=0.26394
r8i=0.27784,metal-96xl=26.673 r8id=0.33264,metal-96xl=31.933 t1=0.32 t2=0.1856 t3=0.1664 t3a=0.1504
t4g=0.1344 trn1=0.67188 trn1n=0.77438 u-12tb1=0.975,112xlarge=109.2 u-18tb1=1.4625,112xlarge=163.8
u-24tb1=1.95,112xlarge=218.4 u-3tb1=0.4875,56xlarge=27.3 u-6tb1=0.82864,112xlarge=54.6
u-9tb1=0.73125,112xlarge=81.9 u7i-12tb=0.56063,224xlarge=125.58 u7i-6tb=0.56063,112xlarge=62.79
u7i-8tb=0.7475,112xlarge=83.72 u7in-16tb=0.80569,224xlarge=180.48 u7in-24tb=1.2086,224xlarge=270.73
u7in-32tb=1.6115,224xlarge=360.99 vt1=0.21667 x1=0.41681 x1e=0.834 x2gd=0.334,metal=5.8784
x2idn=0.41681,metal=13.338 x2iedn=0.83363,metal=26.676 x2iezn=0.834,metal=10.008
x8g=0.3908,metal-48xl=18.758 x8i=0.43766,96xlarge=48.744,metal-96xl=48.744 z1d=0.372,metal=4.464
`;

/** `region=1`, then what a price in us-east-1 is multiplied by: `,group=` and, where it differs, `,family=`. */
export const REGIONS = `
af-south-1=1,accelerated=1.32,c=1.34,large=1.43,m=1.32,memory=1.33,storage=1.31,t=1.3,u=1.33
ap-east-1=1,accelerated=1.54,c=1.28,large=1.6,m=1.38,memory=1.33,storage=1.32,t=1.4,u=1.33,r5d=1.22,r7gd=1.22
ap-northeast-1=1,a=1.26,accelerated=1.37,c=1.26,hpc=1.25,large=1.45,m=1.29,mac=1.29,memory=1.21,storage=1.18,t=1.31,u=1.21,cr1=1.17,d3=1.45,d3en=1.45,inf2=1.5,m1=1.39,m2=1.17,m3=1.45,p2=1.71,p5=1.25,p5en=1.25,vt1=1.26
ap-northeast-2=1,accelerated=1.25,c=1.13,large=1.45,m=1.23,mac=1.23,memory=1.2,storage=1.17,t=1.24,u=1.21,g2=1.38,i2=1.1,m3=1.52,p2=1.63,p3=1.38,p4d=1.38,p5en=1.38
ap-northeast-3=1,accelerated=1.35,c=1.26,large=1.45,m=1.29,memory=1.21,storage=1.17,t=1.31,u=1.21
ap-south-1=1,a=1,accelerated=1.2,c-ag=0.64,c=1,large=1.03,m-ag=0.66,m=1.05,mac=1.05,memory-ag=0.64,memory=1.03,storage=1.13,t-ag=0.65,t=1.07,u=1.03,c6gn=1,d3=1.05,g4dn=1.1,inf1=1.05,inf2=1.3,m7g=0.71,p2=1.91,r3=1.14,r7g=0.7,r8g=0.7
ap-south-2=1,c-ag=0.63,c=1,large=1.03,m-ag=0.66,m=1.05,memory-ag=0.64,memory=1.03,storage=1.13,t-ag=0.67,t=1.08,u=1.03,c7g=0.68,m7g=0.71,r7g=0.7
ap-southeast-1=1,a=1.15,accelerated=1.4,c=1.15,hpc=1.15,large=1.45,m=1.25,mac=1.2,memory=1.2,storage=1.2,t=1.26,u=1.21,c1=1.26,c3=1.26,g2=1.54,m3=1.47,p2=1.91,p4d=1.2,p4de=1.2,t1=1
ap-southeast-2=1,a=1.31,accelerated=1.3,c=1.31,hpc=1.31,large=1.45,m=1.25,mac=1.25,memory=1.21,storage=1.2,t=1.26,u=1.2,f1=1.2,g3=1.54,g3s=1.54,m3=1.4,p2=1.71,p3=1.38,t1=1
ap-southeast-3=1,accelerated=1.38,c=1.15,large=1.45,m=1.25,memory=1.21,storage=1.2,t=1.27,u=1.21
ap-southeast-4=1,c=1.31,m=1.25,memory=1.2,storage=1.2,t=1.27
ap-southeast-5=1,accelerated=1.26,c=0.98,large=1.31,m=1.06,memory=1.03,storage=1.08,t=1.13,x2idn=1.44
ap-southeast-7=1,c=0.98,large=1.31,m=1.06,memory=1.03,storage=1.08,t=1.13
ca-central-1=1,accelerated=1.11,c=1.09,large=1.1,m=1.11,memory=1.1,storage=1.1,t=1.1,u=1.1,g3=1.24
ca-west-1=1,c=1.09,m=1.11,memory=1.1,storage=1.1,t=1.12
eu-central-1=1,a=1.14,accelerated=1.25,c=1.14,large=1.4,m=1.2,mac=1.2,memory=1.2,storage=1.19,t=1.15,u=1.21,c3=1.23,d3=1.32,d3en=1.32,f1=1.05,i2=1.1,inf2=1.5,p2=1.47,p4de=1.38
eu-central-2=1,accelerated=1.35,c=1.26,large=1.54,m=1.32,memory=1.33,storage=1.31,t=1.27,u=1.33,d3=1.45
eu-north-1=1,accelerated=1.06,c=1.07,hpc=1.07,large=1.14,m=1.06,mac=1.06,memory=1.06,storage=1.04,t=1.04,u=1.06
eu-south-1=1,accelerated=1.17,c=1.19,large=1.26,m=1.17,memory=1.17,storage=1.16,t=1.15,u=1.18
eu-south-2=1,accelerated=1.05,c-ag=1.07,c=1.13,large=1.2,m=1.11,memory=1.12,storage=1.1,t=1.1,u=1.12
eu-west-1=1,a=1.13,accelerated=1.1,c=1.13,hpc=1.07,large=1.2,m=1.11,mac=1.1,memory=1.12,storage=1.1,t=1.08,u=1.12,cr1=1.07,d3=1.22,d3en=1.22,inf2=1.37,t1=1
eu-west-2=1,accelerated=1.25,c=1.19,large=1.26,m=1.16,mac=1.16,memory=1.17,storage=1.16,t=1.12,u=1.17,d3=1.28,f1=1.16,g4ad=1.17,g4dn=1.17,inf1=1.17,inf2=1.5,p3=1.17
eu-west-3=1,accelerated=1.27,c=1.19,hpc=1.19,large=1.26,m=1.17,memory=1.17,storage=1.16,t=1.13,u=1.17,d3=1.28,g4dn=1.17,inf1=1.17,inf2=1.4
il-central-1=1,accelerated=1.17,c-ag=1.13,c=1.19,m=1.17,memory=1.17,storage=1.16,t=1.15,d3=1.28
me-central-1=1,accelerated=1.23,c-ag=1.18,c=1.24,large=1.23,m=1.23,memory=1.23,storage=1.21,t=1.2
me-south-1=1,accelerated=1.23,c=1.24,large=1.23,m=1.23,memory=1.23,storage=1.21,t=1.2,m6i=1.38,m7g=1.37
mx-central-1=1,c=1.05,m=1.05,memory=1.05,storage=1.05,t=1.05
sa-east-1=1,accelerated=1.7,c=1.54,large=1.95,m=1.59,memory=1.6,storage=1.6,t=1.6,u=1.6,c1=1.38,m1=1.33,m2=1.32,m3=1.43,r3=2.1,r4=2.11,t1=1.35
us-east-1=1,a=1,accelerated=1,c=1,hpc=1,large=1,m=1,mac=1,memory=1,storage=1,t=1,u=1
us-east-2=1,a=1,accelerated=1,c=1,hpc=1,large=1,m=1,mac=1,memory=1,storage=1,t=0.99,u=1,m5zn=1.1,trn1=1.1
us-west-1=1,accelerated=1.2,c=1.25,large=1.3,m=1.17,memory=1.11,storage=1.1,t=1.19,c1=1.14,c3=1.14,g2=1.08,g3=1.35,m1=1.07
us-west-2=1,a=1,accelerated=1,c=1,large=1,m=1,mac=1,memory=1,storage=1,t=1,u=1,f2=1.1,x1=1.1
`;
