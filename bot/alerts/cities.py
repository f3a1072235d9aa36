"""Large cities far from the place that their time zone is named after: zone, city, north, east.

tzdata has one place for each zone of each country. By that alone Delhi would be nearest to
Kathmandu and Atlanta to Louisville; these fill the gaps. Degrees, rounded to about ten kilometres.
"""

from __future__ import annotations

CITIES = """
Asia/Kolkata: Delhi 28.6 77.2; Mumbai 19.1 72.9; Bengaluru 13.0 77.6; Chennai 13.1 80.3;
    Hyderabad 17.4 78.5; Ahmedabad 23.0 72.6; Jaipur 26.9 75.8; Lucknow 26.8 80.9; Patna 25.6 85.1;
    Gorakhpur 26.8 83.4; Guwahati 26.1 91.7; Imphal 24.8 93.9; Agartala 23.8 91.3;
    Siliguri 26.7 88.4;
    Nagpur 21.1 79.1; Kochi 10.0 76.3; Madurai 9.9 78.1; Srinagar 34.1 74.8; Amritsar 31.6 74.9;
    Chandigarh 30.7 76.8; Dehradun 30.3 78.0; Jodhpur 26.2 73.0; Bhopal 23.3 77.4; Rajkot 22.3 70.8
Asia/Karachi: Lahore 31.5 74.3; Islamabad 33.7 73.1; Peshawar 34.0 71.5; Quetta 30.2 67.0;
    Multan 30.2 71.5
Asia/Dhaka: Chattogram 22.3 91.8; Sylhet 24.9 91.9; Rajshahi 24.4 88.6; Khulna 22.8 89.6
Asia/Shanghai: Beijing 39.9 116.4; Guangzhou 23.1 113.3; Shenzhen 22.6 114.0; Chengdu 30.7 104.1;
    Wuhan 30.6 114.3; Xian 34.3 108.9; Shenyang 41.8 123.4; Harbin 45.8 126.5; Kunming 25.0 102.7;
    Lanzhou 36.1 103.8; Nanning 22.8 108.4; Qingdao 36.1 120.4; Xiamen 24.5 118.1;
    Dalian 38.9 121.6;
    Lhasa 29.7 91.1; Kashgar 39.5 76.0
Asia/Ho_Chi_Minh: Hanoi 21.0 105.8; Da Nang 16.1 108.2
Asia/Bangkok: Chiang Mai 18.8 99.0; Hat Yai 7.0 100.5; Udon Thani 17.4 102.8
Asia/Jakarta: Surabaya -7.3 112.7; Medan 3.6 98.7; Palembang -3.0 104.8; Padang -0.9 100.4
Asia/Makassar: Denpasar -8.7 115.2; Manado 1.5 124.8; Balikpapan -1.2 116.8
Asia/Yangon: Mandalay 22.0 96.1
Asia/Kuala_Lumpur: Penang 5.4 100.3; Kota Bharu 6.1 102.2
Asia/Manila: Davao 7.1 125.6; Cebu 10.3 123.9
Asia/Tokyo: Osaka 34.7 135.5; Fukuoka 33.6 130.4; Sapporo 43.1 141.4; Okinawa 26.2 127.7
Asia/Seoul: Busan 35.2 129.1
Asia/Tehran: Mashhad 36.3 59.6; Tabriz 38.1 46.3; Shiraz 29.6 52.5; Ahvaz 31.3 48.7;
    Bandar Abbas 27.2 56.3; Zahedan 29.5 60.9
Asia/Kabul: Herat 34.3 62.2; Kandahar 31.6 65.7; Mazar-i-Sharif 36.7 67.1
Asia/Baghdad: Basra 30.5 47.8; Mosul 36.3 43.1; Erbil 36.2 44.0
Asia/Riyadh: Jeddah 21.5 39.2; Dammam 26.4 50.1; Tabuk 28.4 36.6; Abha 18.2 42.5
Asia/Damascus: Aleppo 36.2 37.2
Asia/Almaty: Astana 51.2 71.4; Shymkent 42.3 69.6
Europe/Istanbul: Ankara 39.9 32.9; Izmir 38.4 27.1; Antalya 36.9 30.7; Adana 37.0 35.3;
    Diyarbakir 37.9 40.2; Trabzon 41.0 39.7; Van 38.5 43.4; Gaziantep 37.1 37.4; Kars 40.6 43.1
Europe/Berlin: Hamburg 53.6 10.0; Munich 48.1 11.6; Cologne 50.9 7.0; Frankfurt 50.1 8.7;
    Stuttgart 48.8 9.2; Leipzig 51.3 12.4; Dresden 51.0 13.7; Bremen 53.1 8.8; Nuremberg 49.5 11.1;
    Hanover 52.4 9.7; Dortmund 51.5 7.5; Freiburg 48.0 7.8; Kiel 54.3 10.1
Europe/Zurich: Geneva 46.2 6.1; Bern 46.9 7.4
Europe/Vienna: Graz 47.1 15.4; Salzburg 47.8 13.0; Innsbruck 47.3 11.4; Linz 48.3 14.3
Europe/Paris: Marseille 43.3 5.4; Lyon 45.8 4.8; Toulouse 43.6 1.4; Bordeaux 44.8 -0.6;
    Nantes 47.2 -1.6; Brest 48.4 -4.5; Nice 43.7 7.2; Strasbourg 48.6 7.7; Lille 50.6 3.1
Europe/Madrid: Barcelona 41.4 2.2; Valencia 39.5 -0.4; Seville 37.4 -6.0; Malaga 36.7 -4.4;
    Bilbao 43.3 -2.9; Vigo 42.2 -8.7; Zaragoza 41.6 -0.9; Palma 39.6 2.7; Badajoz 38.9 -7.0
Europe/Lisbon: Porto 41.2 -8.6; Faro 37.0 -7.9
Europe/London: Manchester 53.5 -2.2; Edinburgh 56.0 -3.2; Glasgow 55.9 -4.3; Belfast 54.6 -5.9;
    Plymouth 50.4 -4.1; Aberdeen 57.1 -2.1
Europe/Dublin: Cork 51.9 -8.5; Galway 53.3 -9.1
Europe/Rome: Milan 45.5 9.2; Naples 40.9 14.3; Turin 45.1 7.7; Palermo 38.1 13.4; Bari 41.1 16.9;
    Venice 45.4 12.3; Cagliari 39.2 9.1; Bologna 44.5 11.3
Europe/Warsaw: Krakow 50.1 19.9; Gdansk 54.4 18.6; Wroclaw 51.1 17.0; Szczecin 53.4 14.6;
    Lublin 51.2 22.6; Bialystok 53.1 23.2; Rzeszow 50.0 22.0
Europe/Kyiv: Lviv 49.8 24.0; Odesa 46.5 30.7; Kharkiv 50.0 36.2; Dnipro 48.5 35.0;
    Zaporizhzhia 47.8 35.1; Chernivtsi 48.3 25.9; Uzhhorod 48.6 22.3
Europe/Minsk: Brest in Belarus 52.1 23.7; Gomel 52.4 31.0; Vitebsk 55.2 30.2; Grodno 53.7 23.8
Europe/Bucharest: Cluj-Napoca 46.8 23.6; Timisoara 45.8 21.2; Iasi 47.2 27.6; Constanta 44.2 28.6
Europe/Athens: Thessaloniki 40.6 22.9; Heraklion 35.3 25.1; Ioannina 39.7 20.9; Rhodes 36.4 28.2
Europe/Sofia: Varna 43.2 27.9
Europe/Budapest: Debrecen 47.5 21.6; Szeged 46.3 20.1
Europe/Tallinn: Tartu 58.4 26.7; Narva 59.4 28.2
Europe/Riga: Daugavpils 55.9 26.5; Rezekne 56.5 27.3
Europe/Stockholm: Gothenburg 57.7 12.0; Malmo 55.6 13.0; Lulea 65.6 22.2
Europe/Helsinki: Oulu 65.0 25.5; Rovaniemi 66.5 25.7; Vaasa 63.1 21.6
Europe/Oslo: Bergen 60.4 5.3; Trondheim 63.4 10.4; Tromso 69.6 19.0
Europe/Moscow: Saint Petersburg 59.9 30.3; Kazan 55.8 49.1; Nizhny Novgorod 56.3 44.0;
    Rostov-on-Don 47.2 39.7; Krasnodar 45.0 39.0; Voronezh 51.7 39.2; Murmansk 69.0 33.1;
    Arkhangelsk 64.5 40.5; Sochi 43.6 39.7; Grozny 43.3 45.7; Makhachkala 43.0 47.5;
    Pskov 57.8 28.3;
    Smolensk 54.8 32.0; Belgorod 50.6 36.6; Penza 53.2 45.0; Syktyvkar 61.7 50.8;
    Petrozavodsk 61.8 34.3
Asia/Yekaterinburg: Chelyabinsk 55.2 61.4; Ufa 54.7 56.0; Perm 58.0 56.3; Tyumen 57.2 65.5;
    Orenburg 51.8 55.1; Surgut 61.3 73.4
Africa/Cairo: Alexandria 31.2 29.9; Aswan 24.1 32.9
Africa/Lagos: Abuja 9.1 7.5; Kano 12.0 8.5; Port Harcourt 4.8 7.0; Maiduguri 11.8 13.2
Africa/Johannesburg: Cape Town -33.9 18.4; Durban -29.9 31.0; Gqeberha -34.0 25.6
Africa/Casablanca: Marrakesh 31.6 -8.0; Fes 34.0 -5.0; Tangier 35.8 -5.8; Oujda 34.7 -1.9
Africa/Algiers: Oran 35.7 -0.6; Constantine 36.4 6.6
Africa/Nairobi: Mombasa -4.1 39.7; Kisumu -0.1 34.8
America/New_York: Boston 42.4 -71.1; Washington 38.9 -77.0; Atlanta 33.7 -84.4; Miami 25.8 -80.2;
    Tampa 28.0 -82.5; Jacksonville 30.3 -81.7; Charlotte 35.2 -80.8; Pittsburgh 40.4 -80.0;
    Cleveland 41.5 -81.7; Cincinnati 39.1 -84.5; Columbus 40.0 -83.0; Buffalo 42.9 -78.9;
    Knoxville 36.0 -83.9; Norfolk 36.8 -76.3; Tallahassee 30.4 -84.3; Portland in Maine 43.7 -70.3;
    Burlington 44.5 -73.2; Syracuse 43.0 -76.1
America/Chicago: Houston 29.8 -95.4; Dallas 32.8 -96.8; San Antonio 29.4 -98.5; Austin 30.3 -97.7;
    Minneapolis 45.0 -93.3; Saint Louis 38.6 -90.2; Kansas City 39.1 -94.6; New Orleans 30.0 -90.1;
    Nashville 36.2 -86.8; Memphis 35.1 -90.0; Birmingham 33.5 -86.8; Mobile 30.7 -88.0;
    Oklahoma City 35.5 -97.5; Omaha 41.3 -96.0; Wichita 37.7 -97.3; Little Rock 34.7 -92.3;
    Milwaukee 43.0 -87.9; Lubbock 33.6 -101.9; Amarillo 35.2 -101.8; McAllen 26.2 -98.2;
    Laredo 27.5 -99.5; Fargo 46.9 -96.8; Sioux Falls 43.5 -96.7; Duluth 46.8 -92.1
America/Denver: Salt Lake City 40.8 -111.9; Albuquerque 35.1 -106.7; El Paso 31.8 -106.5;
    Billings 45.8 -108.5; Rapid City 44.1 -103.2; Missoula 46.9 -114.0
America/Phoenix: Tucson 32.2 -110.9; Yuma 32.7 -114.6
America/Los_Angeles: San Francisco 37.8 -122.4; San Diego 32.7 -117.1; Seattle 47.6 -122.3;
    Portland 45.5 -122.7; Las Vegas 36.2 -115.1; Sacramento 38.6 -121.5; Reno 39.5 -119.8;
    Spokane 47.7 -117.4; Bellingham 48.8 -122.5; Fresno 36.7 -119.8; Eureka 40.8 -124.2
America/Toronto: Montreal 45.5 -73.6; Ottawa 45.4 -75.7; Quebec 46.8 -71.2; Windsor 42.3 -83.0;
    Sudbury 46.5 -81.0
America/Edmonton: Calgary 51.0 -114.1; Lethbridge 49.7 -112.8
America/Regina: Saskatoon 52.1 -106.7
America/Vancouver: Kelowna 49.9 -119.5; Prince George 53.9 -122.8; Victoria 48.4 -123.4
America/Mexico_City: Guadalajara 20.7 -103.3; Puebla 19.0 -98.2; Veracruz 19.2 -96.1;
    Leon 21.1 -101.7; Oaxaca 17.1 -96.7; Acapulco 16.9 -99.9; Tuxtla Gutierrez 16.8 -93.1;
    San Luis Potosi 22.2 -101.0
America/Monterrey: Torreon 25.5 -103.4; Tampico 22.3 -97.9
America/Bogota: Medellin 6.2 -75.6; Cali 3.4 -76.5; Barranquilla 11.0 -74.8; Cucuta 7.9 -72.5
America/Caracas: Maracaibo 10.6 -71.6; San Cristobal 7.8 -72.2
America/Lima: Arequipa -16.4 -71.5; Cusco -13.5 -72.0; Iquitos -3.7 -73.2; Trujillo -8.1 -79.0
America/La_Paz: Santa Cruz -17.8 -63.2
America/Sao_Paulo: Rio de Janeiro -22.9 -43.2; Brasilia -15.8 -47.9; Belo Horizonte -19.9 -43.9;
    Porto Alegre -30.0 -51.2; Curitiba -25.4 -49.3; Goiania -16.7 -49.3; Foz do Iguacu -25.5 -54.6
America/Argentina/Buenos_Aires: Rosario -32.9 -60.6; Mar del Plata -38.0 -57.5
America/Argentina/Salta: Neuquen -39.0 -68.1; Bariloche -41.1 -71.3
America/Santiago: Concepcion -36.8 -73.0; Antofagasta -23.7 -70.4; Puerto Montt -41.5 -72.9
Australia/Sydney: Canberra -35.3 149.1; Newcastle -32.9 151.8; Dubbo -32.2 148.6
Australia/Brisbane: Gold Coast -28.0 153.4; Townsville -19.3 146.8; Cairns -16.9 145.8
Australia/Darwin: Alice Springs -23.7 133.9
Australia/Perth: Kalgoorlie -30.7 121.5; Broome -18.0 122.2
Pacific/Auckland: Wellington -41.3 174.8; Christchurch -43.5 172.6; Dunedin -45.9 170.5
"""
